package library_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"cariqamock/mockserver/internal/scenario"
)

// TestSpecialFiles has a folder of files that cannot be scenarios: they are
// named and passed over, and the sound one takes effect.
func TestSpecialFiles(t *testing.T) {
	l, dir := builtins(t), t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name+".yaml") }
	write(t, dir, "sound.yaml", "name: sound\ntitle: T\n")
	write(t, dir, "huge.yaml", "#")
	write(t, dir, "._sound.yaml", "\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X") // as macOS leaves it
	write(t, dir, ".hidden.yaml", "name: hidden\ntitle: T\n")
	for _, err := range []error{
		os.Truncate(at("huge"), scenario.MaxBytes+1), // sparse
		syscall.Mkfifo(at("fifo"), 0o600), os.Mkdir(at("folder"), 0o700), os.Symlink("/dev/zero", at("device")),
		os.Symlink("nowhere", at("dangling")), os.Symlink("loop.yaml", at("loop")), os.Symlink("/proc/self/mem", at("memory")), os.Symlink("/proc/kmsg", at("kmsg")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	passed, err := l.AddDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	kmsg := "cannot be followed"
	if f, err := os.Open("/proc/kmsg"); err == nil { // by root
		f.Close()
		kmsg = "the system makes it up"
	}
	got := map[string]string{}
	for _, f := range passed {
		got[strings.TrimSuffix(filepath.Base(f.File), ".yaml")] = f.Reason
	}
	for name, want := range map[string]string{
		"fifo": "a named pipe", "folder": "a folder", "device": "a device", "dangling": "link to nothing", "loop": "leads back to itself",
		"memory": "cannot be followed", "kmsg": kmsg, "huge": "more than the", "._sound": "a hidden file", ".hidden": "a hidden file",
	} {
		if !strings.Contains(got[name], want) {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
	if len(got) != 10 || title(t, l, "sound") != "T" {
		t.Errorf("passed over: %v", got)
	}
	if _, err := l.AddFile(at("fifo")); err == nil {
		t.Error("a named pipe is read")
	}
	if _, err := l.AddFile("/proc/kmsg"); err == nil {
		t.Error("a file that the system makes up is read")
	}
	if events := l.Reload(dir); len(events) != 0 {
		t.Errorf("reported twice: %v", events)
	}
}

// TestSpecialFilesBesideABrokenOne: they are returned with its error.
func TestSpecialFilesBesideABrokenOne(t *testing.T) {
	l, dir := builtins(t), t.TempDir()
	write(t, dir, "broken.yaml", "name: [")
	if err := syscall.Mkfifo(filepath.Join(dir, "fifo.yaml"), 0o600); err != nil {
		t.Fatal(err)
	}
	passed, err := l.AddDir(dir)
	if err == nil || len(passed) != 1 || !strings.Contains(passed[0].Reason, "a named pipe") {
		t.Errorf("passed over: %v, error %v", passed, err)
	}
}

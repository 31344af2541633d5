package main

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// root is the top of the repository.
const root = "../.."

// dockerfile is the last stage of a Dockerfile, and the command that
// builds the binary in an earlier one.
type dockerfile struct {
	builder            string // image of the first stage, with its digest
	base, user, expose string
	env                map[string]string
	entrypoint, health []string // exec form; nil in shell form
	build              string
	labels             string
	copied             []string // what is copied from the build stage
}

func readDockerfile(t *testing.T) dockerfile {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	var d dockerfile
	joined := strings.ReplaceAll(string(text), "\\\n", " ")
	for line := range strings.Lines(joined) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		fields := strings.Fields(rest)
		switch word {
		case "FROM":
			d = dockerfile{builder: d.builder, base: fields[0], build: d.build, env: map[string]string{}}
		case "RUN":
			if strings.Contains(rest, "go build") {
				d.build = rest
			}
		case "COPY":
			d.copied = append(d.copied, fields[len(fields)-2])
		case "LABEL":
			d.labels += rest
		case "ARG":
			if value, ok := strings.CutPrefix(rest, "GO_IMAGE="); ok {
				d.builder = value
			}
		case "USER":
			d.user = rest
		case "EXPOSE":
			d.expose = rest
		case "ENV":
			name, value, _ := strings.Cut(rest, "=")
			d.env[name] = value
		case "ENTRYPOINT":
			d.entrypoint = execForm(rest)
		case "HEALTHCHECK":
			_, command, _ := strings.Cut(rest, "CMD ")
			d.health = execForm(command)
		case "", "#", "WORKDIR":
		default:
			if !strings.HasPrefix(word, "#") {
				t.Fatalf("Dockerfile: unknown instruction %s", word)
			}
		}
	}
	return d
}

func execForm(text string) []string {
	var argv []string
	if json.Unmarshal([]byte(text), &argv) != nil {
		return nil
	}
	return argv
}

// service is one of docker-compose.yml.
type service struct {
	Image       string            `yaml:"image"`
	Entrypoint  []string          `yaml:"entrypoint"`
	Command     []string          `yaml:"command"`
	Profiles    []string          `yaml:"profiles"` // of jobs, which do not start by themselves
	User        string            `yaml:"user"`
	Ports       []string          `yaml:"ports"`
	Environment map[string]string `yaml:"environment"`
	Healthcheck struct {
		Test []string `yaml:"test"`
	} `yaml:"healthcheck"`
	MemLimit    string   `yaml:"mem_limit"`
	PidsLimit   int      `yaml:"pids_limit"`
	ReadOnly    bool     `yaml:"read_only"`
	CapDrop     []string `yaml:"cap_drop"`
	SecurityOpt []string `yaml:"security_opt"`
	Privileged  bool     `yaml:"privileged"`
	NetworkMode string   `yaml:"network_mode"`
}

// servers returns the services that keep running, without the jobs.
func servers(t *testing.T) map[string]service {
	all := readCompose(t, env{})
	maps.DeleteFunc(all, func(_ string, s service) bool { return s.Profiles != nil })
	return all
}

// readCompose returns the services of docker-compose.yml in an environment.
func readCompose(t *testing.T, e env) map[string]service {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docker-compose.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Services map[string]service `yaml:"services"`
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Services) == 0 {
		t.Fatal("docker-compose.yml has no services")
	}
	for name, s := range file.Services {
		for key, value := range s.Environment {
			s.Environment[key] = interpolate(value, e.get)
		}
		for i, word := range s.Command {
			s.Command[i] = interpolate(word, e.get)
		}
		s.User = interpolate(s.User, e.get)
		file.Services[name] = s
	}
	return file.Services
}

// interpolate replaces variables as docker compose does: ${NAME} and
// ${NAME:-default}.
func interpolate(text string, getenv func(string) string) string {
	return regexp.MustCompile(`\$\{(\w+)(?::-([^}]*))?\}`).ReplaceAllStringFunc(text, func(ref string) string {
		name, fallback, _ := strings.Cut(ref[2:len(ref)-1], ":-")
		if value := getenv(name); value != "" {
			return value
		}
		return fallback
	})
}

// buildContext copies the files that .dockerignore does not exclude.
func buildContext(t *testing.T) string {
	t.Helper()
	file, err := os.Open(filepath.Join(root, ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	patterns, err := ignorefile.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	ignored, err := patternmatcher.New(patterns)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() { // something below an ignored folder may be in the context
			if entry.Name() == "node_modules" || entry.Name() == ".git" {
				return fs.SkipDir
			}
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if out, err := ignored.MatchesOrParentMatches(rel); out || err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, rel)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		return os.WriteFile(to, data, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

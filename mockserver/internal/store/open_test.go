package store_test

import (
	"path/filepath"
	"strings"
	"testing"

	"cariqamock/mockserver/internal/store"
	"cariqamock/mockserver/internal/store/storetest"
)

// TestOpen: a setting names a store.
func TestOpen(t *testing.T) {
	database := func(t *testing.T) string { return storetest.Postgres(t) }
	for name, tc := range map[string]struct {
		where func(t *testing.T) string
		want  string
	}{
		"memory":         {func(*testing.T) string { return "memory" }, "memory"},
		"folder":         {func(t *testing.T) string { return filepath.Join(t.TempDir(), "data") }, "sqlite"},
		"a word":         {func(t *testing.T) string { t.Chdir(t.TempDir()); return "Memory" }, "sqlite"},
		"postgres://":    {database, "postgres"},
		"postgresql://":  {func(t *testing.T) string { return strings.Replace(database(t), "postgres://", "postgresql://", 1) }, "postgres"},
		"nothing":        {func(*testing.T) string { return "" }, ""},
		"another scheme": {func(*testing.T) string { return "mysql://root:secret@host/db" }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := store.Open(t.Context(), tc.where(t), options)
			if tc.want == "" {
				refused(t, err, "want memory, a folder such as ./data, or postgres://")
				if err != nil && strings.Contains(err.Error(), "secret") {
					t.Error(err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if s.Name() != tc.want {
				t.Errorf("name %s, want %s", s.Name(), tc.want)
			}
		})
	}
}

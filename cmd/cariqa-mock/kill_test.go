package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// untilKilled starts the program as a process of its own, lets do work with its
// address, and kills it when do returns.
func untilKilled(t *testing.T, do func(url string), args ...string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], append([]string{"--addr", "127.0.0.1:0"}, args...)...)
	cmd.Env = append(os.Environ(), roleVariable+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	do(strings.TrimSpace(line[strings.Index(line, "http://"):]))
}

// A keptUser is a user as it was answered.
type keptUser struct {
	ID    string `json:"id"`
	Email string `json:"email"`
}

// callKept makes a call in the world of the test, and fails unless it was
// answered with success.
func callKept(method, address, body string, v any) error {
	r, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer mock.default.killed")
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode >= 300 {
		err = fmt.Errorf("%s: %s", res.Status, answer)
	}
	return cmp.Or(err, json.Unmarshal(answer, v))
}

// TestKilled kills a server while clients write: nothing that was answered is
// lost, nothing is there by halves, and no id is given twice.
// CARIQA_MOCK_TEST_KILLS=1000 does so more often.
func TestKilled(t *testing.T) {
	kills := 20
	if testing.Short() {
		kills = 3
	}
	if text := os.Getenv("CARIQA_MOCK_TEST_KILLS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatalf("CARIQA_MOCK_TEST_KILLS=%s: want a number", text)
		}
		kills = n
	}
	const writers = 4
	dir := t.TempDir()
	var mu sync.Mutex
	answered, begun := map[string]string{}, 0
	for kill := range kills {
		untilKilled(t, func(url string) {
			api := url + "/api/v1/users/"
			found := map[string]string{}
			for next := api + "?page_size=100"; next != ""; {
				var page struct {
					Next    *string
					Results []keptUser
				}
				if err := callKept("GET", next, "", &page); err != nil {
					t.Fatalf("after kill %d: %v", kill, err)
				}
				next = ""
				if page.Next != nil {
					next = *page.Next
				}
				for _, u := range page.Results {
					found[u.ID] = u.Email
				}
			}
			for id, email := range answered {
				if found[id] != email {
					t.Fatalf("after kill %d: user %s has the e-mail %q, want %q", kill, id, found[id], email)
				}
			}
			if len(found) > begun+1 {
				t.Fatalf("after kill %d: %d users, and %d were begun", kill, len(found), begun)
			}
			var wg sync.WaitGroup
			enough := make(chan struct{})
			for writer := range writers {
				wg.Go(func() {
					for n := 0; ; n++ {
						select {
						case <-enough:
							return
						default:
						}
						mu.Lock()
						begun++
						mu.Unlock()
						var u keptUser
						email := fmt.Sprintf("k%d-w%d-n%d@example.com", kill, writer, n)
						if callKept("POST", api, `{"email":"`+email+`"}`, &u) != nil {
							return // killed
						}
						mu.Lock()
						if _, twice := answered[u.ID]; twice {
							t.Errorf("id %s was given twice", u.ID)
						}
						answered[u.ID] = email
						mu.Unlock()
						if writer == 0 && n == 3+kill%7 {
							close(enough) // the others are somewhere in between
							return
						}
					}
				})
			}
			<-enough
		}, "--store", dir)
	}
	if len(answered) < kills*4 {
		t.Errorf("only %d users in %d lives", len(answered), kills)
	}
}

// TestTourSurvivesAKill does the first half of the charging tour on one server,
// kills it, and does the second half on the next.
func TestTourSurvivesAKill(t *testing.T) {
	const me = "/api/v1/users/9405cf8c-8375-4373-b4d3-b61f9a0c01eb"
	const clock = "/__admin/worlds/mock.default.killed/clock"
	dir := t.TempDir()
	var session struct {
		ID     string
		Active bool   `json:"is_active"`
		Energy string `json:"consumed_energy"`
	}
	untilKilled(t, func(url string) {
		start := `{"evse_id":"DE*PWA*EALP22541X01617*01","payment_method_id":"pm_1TD1LuHtgZxQ1KXxNj5sKkKM"}`
		var clockNow map[string]any
		err := errors.Join(callKept("PUT", url+clock, `{"freeze":true}`, &clockNow), callKept("POST", url+me+"/charging/start/", start, &session),
			callKept("PUT", url+clock, `{"advance":"45s"}`, &clockNow))
		if err != nil {
			t.Fatal("the first half of the tour:", err)
		}
	}, "--store", dir)
	untilKilled(t, func(url string) {
		var shown, clockNow map[string]any
		if err := callKept("GET", url+me+"/charging-sessions/"+session.ID+"/", "", &session); err != nil || session.Energy != "3.000" || !session.Active {
			t.Fatalf("the session after the kill: %+v, %v", session, err)
		}
		_ = callKept("POST", url+me+"/charging/stop/"+session.ID+"/", "", &shown) // its 204 is not JSON
		err := errors.Join(callKept("PUT", url+clock, `{"advance":"1m"}`, &clockNow), callKept("GET", url+me+"/charging-sessions/"+session.ID+"/", "", &shown))
		if err != nil || shown["session_cost"].(map[string]any)["invoice_summary"] != "5.39" {
			t.Errorf("the session at the end: %v, %v", shown, err)
		}
		var history struct{ Changes []struct{ What string } }
		if err := callKept("GET", url+"/__admin/worlds/mock.default.killed/history", "", &history); err != nil || len(history.Changes) != 6 {
			t.Errorf("the history: %+v, %v", history, err)
		}
	}, "--store", dir)
}

package connect

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Fork returns records of a world for another one: intents get ids of its own,
// since a call to the payment provider names only the intent. It returns how
// many ids were drawn.
func Fork(records []Record, ids *IDs) ([]Record, uint64, error) {
	renamed, intents := map[string]string{}, map[string]intentRecord{}
	for _, r := range records {
		id, ok := strings.CutPrefix(r.Key, intentPrefix)
		if !ok {
			continue
		}
		var i intentRecord
		if err := json.Unmarshal(r.Value, &i); err != nil {
			return nil, 0, fmt.Errorf("record %s: %w", r.Key, err)
		}
		i.ID, i.Secret = ids.intent(i.Setup, i.CreatedAt)
		renamed[id], intents[r.Key] = i.ID, i
	}
	out := make([]Record, 0, len(records))
	for _, r := range records {
		var content any = r
		switch i, ok := intents[r.Key]; {
		case ok:
			r.Key, content = intentPrefix+i.ID, i
		case strings.HasPrefix(r.Key, startPrefix):
			var s startRecord
			if err := json.Unmarshal(r.Value, &s); err != nil {
				return nil, 0, fmt.Errorf("record %s: %w", r.Key, err)
			}
			s.Preauth, s.Debt = renamed[s.Preauth], renamed[s.Debt]
			content = s
		}
		next, err := encode(r.Key, content)
		if err != nil {
			return nil, 0, err
		}
		out = append(out, next)
	}
	return out, ids.Drawn(), nil
}

package netmodel

import (
	"encoding/json"
	"fmt"
	"os"
)

// Load reads additional rows from a JSON file.
func Load(file string) ([]Row, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var rows []Row
	if err := json.Unmarshal(data, &rows); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return rows, nil
}

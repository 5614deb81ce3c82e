// Package jsonline encodes a value on one line, for files that people read and
// compare: "->" stays "->".
package jsonline

import (
	"bytes"
	"encoding/json"
)

// Marshal is json.Marshal without the escapes that only matter inside HTML.
func Marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

package drivers

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"
)

// This is what a client of a language server has to do, and no more.

// editor is a client of a running gopls.
type editor struct {
	t        *testing.T
	dir      string
	settings map[string]any
	in       io.WriteCloser

	mu        sync.Mutex
	id        int
	replies   map[int]chan message
	published map[string][]diagnostic // by file name
	news      chan struct{}           // something was published
}

// message is a request, a reply or a notification.
type message struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  any             `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *struct{ Message string }
}

type position struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

type span struct {
	Start position `json:"start"`
	End   position `json:"end"`
}

type location struct {
	URI   string `json:"uri"`
	Range span   `json:"range"`
}

type diagnostic struct {
	Range           span           `json:"range"`
	Severity        int            `json:"severity"`
	Code            any            `json:"code"`
	CodeDescription map[string]any `json:"codeDescription,omitempty"`
	Source          string         `json:"source"`
	Message         string         `json:"message"`
	Related         []struct {
		Location location `json:"location"`
		Message  string   `json:"message"`
	} `json:"relatedInformation,omitempty"`
	Data json.RawMessage `json:"data,omitempty"`
}

// startGopls runs the program for one folder, with settings that an editor
// would have. All tests share one cache directory, as the sessions of a user do.
func startGopls(t *testing.T, program, dir string, settings map[string]any) *editor {
	t.Helper()
	cmd := exec.Command(program)
	cmd.Dir = dir
	cmd.Env = append(cmd.Environ(), "GOPLSCACHE="+filepath.Join(scratch, "gopls-cache"))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	e := &editor{
		t: t, dir: dir, settings: settings, in: in,
		replies: map[int]chan message{}, published: map[string][]diagnostic{}, news: make(chan struct{}, 1),
	}
	done := make(chan struct{})
	go func() { defer close(done); e.read(bufio.NewReader(out)) }()
	t.Cleanup(func() {
		in.Close() // a server ends with its client
		timer := time.AfterFunc(10*time.Second, func() { _ = cmd.Process.Kill() })
		<-done
		_ = cmd.Wait() // it may have been killed
		timer.Stop()
	})
	e.call("initialize", map[string]any{
		"processId": os.Getpid(), "rootUri": uri(dir),
		"workspaceFolders":      []any{map[string]any{"uri": uri(dir), "name": "m"}},
		"initializationOptions": settings,
		"capabilities": map[string]any{
			"workspace": map[string]any{"configuration": true, "workspaceEdit": map[string]any{"documentChanges": true}},
			"textDocument": map[string]any{
				"publishDiagnostics": map[string]any{"relatedInformation": true, "codeDescriptionSupport": true, "dataSupport": true},
				"codeAction": map[string]any{
					"dataSupport":              true,
					"codeActionLiteralSupport": map[string]any{"codeActionKind": map[string]any{"valueSet": []string{"quickfix"}}},
				},
			},
		},
	}, nil)
	e.notify("initialized", struct{}{})
	return e
}

func uri(path string) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()
}

// file is the name of a document, relative to the folder.
func (e *editor) file(uri string) string {
	u, err := url.Parse(uri)
	if err != nil {
		return uri
	}
	return relative(e.dir, u.Path)
}

func (e *editor) send(m message) {
	m.Version = "2.0"
	text, err := json.Marshal(m)
	if err == nil {
		_, err = fmt.Fprintf(e.in, "Content-Length: %d\r\n\r\n%s", len(text), text)
	}
	if err != nil {
		e.t.Error(err)
	}
}

func (e *editor) notify(method string, params any) { e.send(message{Method: method, Params: params}) }

// call sends a request and decodes the reply.
func (e *editor) call(method string, params, result any) {
	e.t.Helper()
	reply := make(chan message, 1)
	e.mu.Lock()
	e.id++
	id := e.id
	e.replies[id] = reply
	e.mu.Unlock()
	e.send(message{ID: json.RawMessage(strconv.Itoa(id)), Method: method, Params: params})
	select {
	case m, ok := <-reply:
		switch {
		case !ok:
			e.t.Fatalf("%s: gopls ended", method)
		case m.Error != nil:
			e.t.Fatalf("%s: %s", method, m.Error.Message)
		case result != nil:
			if err := json.Unmarshal(m.Result, result); err != nil {
				e.t.Fatalf("%s: %v: %s", method, err, m.Result)
			}
		}
	case <-time.After(5 * time.Minute):
		e.t.Fatalf("%s: no reply", method)
	}
}

// read handles what gopls says until it ends.
func (e *editor) read(r *bufio.Reader) {
	defer e.hangUp()
	for {
		header, err := textproto.NewReader(r).ReadMIMEHeader()
		if err != nil {
			return
		}
		n, err := strconv.Atoi(header.Get("Content-Length"))
		if err != nil {
			return
		}
		text := make([]byte, n)
		if _, err := io.ReadFull(r, text); err != nil {
			return
		}
		var m struct {
			message
			Params json.RawMessage `json:"params"`
		}
		if err := json.Unmarshal(text, &m); err != nil {
			e.t.Errorf("%v: %s", err, text)
			return
		}
		e.handle(m.message, m.Params)
	}
}

func (e *editor) hangUp() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, c := range e.replies {
		close(c)
	}
	e.replies = map[int]chan message{}
}

func (e *editor) handle(m message, params json.RawMessage) {
	switch {
	case m.Method == "":
		e.reply(m)
	case m.Method == "textDocument/publishDiagnostics":
		e.publish(params)
	case m.Method == "workspace/configuration":
		// One section is asked for, "gopls".
		text, err := json.Marshal([]any{e.settings})
		if err != nil {
			e.t.Error(err)
		}
		e.send(message{ID: m.ID, Result: text})
	case m.ID != nil:
		e.send(message{ID: m.ID, Result: json.RawMessage("null")})
	}
}

func (e *editor) reply(m message) {
	id, err := strconv.Atoi(string(m.ID))
	if err != nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if c := e.replies[id]; c != nil {
		c <- m
		delete(e.replies, id)
	}
}

func (e *editor) publish(params json.RawMessage) {
	var p struct {
		URI         string
		Diagnostics []diagnostic
	}
	if err := json.Unmarshal(params, &p); err != nil {
		e.t.Error(err)
		return
	}
	e.mu.Lock()
	e.published[e.file(p.URI)] = p.Diagnostics
	e.mu.Unlock()
	select {
	case e.news <- struct{}{}:
	default:
	}
}

// open opens a file as an editor does.
func (e *editor) open(name string) {
	e.t.Helper()
	path := filepath.Join(e.dir, name)
	e.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{
		"uri": uri(path), "languageId": "go", "version": 1, "text": read(e.t, path),
	}})
}

// shown waits until gopls has published a diagnostic of the check for the file,
// and returns all that it has published for it.
func (e *editor) shown(name, check string) []diagnostic {
	e.t.Helper()
	late := time.After(3 * time.Minute)
	for {
		e.mu.Lock()
		all := e.published[name]
		e.mu.Unlock()
		for _, d := range all {
			if d.Source == check {
				return all
			}
		}
		select {
		case <-e.news:
		case <-late:
			e.t.Fatalf("%s of %s was never published; there is %+v", check, name, all)
		}
	}
}

// pull asks for the diagnostics of a file.
func (e *editor) pull(name string) []diagnostic {
	e.t.Helper()
	var report struct{ Items []diagnostic }
	e.call("textDocument/diagnostic", map[string]any{
		"textDocument": map[string]any{"uri": uri(filepath.Join(e.dir, name))},
	}, &report)
	return report.Items
}

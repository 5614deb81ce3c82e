package drivers

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

func parseYAML(t *testing.T, file string, into any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(read(t, filepath.Join(repository, file))), into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// script runs the lines in a module with the two findings of the sample, as CI
// would: sockvet is checked out in .sockvet and installed into the path.
func script(t *testing.T, lines []string) (dir string) {
	t.Helper()
	dir = module(t, "m.go", sample)
	if err := os.Symlink(repository, filepath.Join(dir, ".sockvet")); err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	env := []string{"GOBIN=" + bin, "PATH=" + bin + string(filepath.ListSeparator) + os.Getenv("PATH")}
	ran := false
	for _, line := range lines {
		if strings.HasPrefix(line, "git clone ") {
			continue
		}
		in(t, dir, env, "sh", "-e", "-c", line).want(t, 0)
		ran = ran || strings.HasPrefix(line, "sockvet ")
	}
	if !ran {
		t.Fatalf("no line runs sockvet: %q", lines)
	}
	return dir
}

func TestCIGitHub(t *testing.T) {
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct {
				Run  string
				Uses string
				With map[string]string
			}
		}
	}
	parseYAML(t, "docs/ci/github-actions.yml", &workflow)
	var lines []string
	var upload string
	for _, s := range workflow.Jobs["sockvet"].Steps {
		if s.Run != "" {
			lines = append(lines, s.Run)
		}
		if strings.HasPrefix(s.Uses, "github/codeql-action/upload-sarif@") {
			upload = s.With["sarif_file"]
		}
	}
	dir := script(t, lines)
	var log struct {
		Version string
		Runs    []struct{ Results []struct{ RuleID string } }
	}
	if err := json.Unmarshal([]byte(read(t, filepath.Join(dir, upload))), &log); err != nil {
		t.Fatal(err)
	}
	if log.Version != "2.1.0" || len(log.Runs) != 1 || len(log.Runs[0].Results) != 2 {
		t.Errorf("uploaded: %+v", log)
	}
}

func TestCIGitLab(t *testing.T) {
	var pipeline struct {
		Sockvet struct {
			Script    []string
			Artifacts struct{ Reports map[string]string }
		}
	}
	parseYAML(t, "docs/ci/gitlab-ci.yml", &pipeline)
	dir := script(t, pipeline.Sockvet.Script)
	var issues []struct {
		CheckName string `json:"check_name"`
		Location  struct{ Path string }
	}
	if err := json.Unmarshal([]byte(read(t, filepath.Join(dir, pipeline.Sockvet.Artifacts.Reports["codequality"]))), &issues); err != nil {
		t.Fatal(err)
	}
	if len(issues) != 2 || issues[0].CheckName != "connclose" || issues[0].Location.Path != "m.go" {
		t.Errorf("issues %+v", issues)
	}
}

// TestCIPreCommit: the hook that the example names exists, and does what
// pre-commit will do: install the module's programs and run the entry.
func TestCIPreCommit(t *testing.T) {
	var config struct {
		Repos []struct{ Hooks []struct{ ID string } }
	}
	parseYAML(t, "docs/ci/pre-commit-config.yaml", &config)
	var hooks []struct {
		ID, Entry, Language string
		Args                []string
		PassFilenames       bool `yaml:"pass_filenames"`
	}
	parseYAML(t, ".pre-commit-hooks.yaml", &hooks)
	if len(hooks) != 1 || hooks[0].ID != config.Repos[0].Hooks[0].ID || hooks[0].Language != "golang" || hooks[0].PassFilenames {
		t.Fatalf("hooks %+v, configured %+v", hooks, config)
	}
	// pre-commit runs "go install ./..." in its clone.
	bin := t.TempDir()
	in(t, repository, []string{"GOBIN=" + bin}, "go", "install", "./...").want(t, 0)
	r := in(t, module(t, "m.go", sample), nil, filepath.Join(bin, hooks[0].Entry), hooks[0].Args...).want(t, 1)
	if !strings.Contains(r.stdout, leak.Message) {
		t.Errorf("the hook says\n%s", r.stdout)
	}
}

var nogoDep = regexp.MustCompile(`"@com_github_sockvet_sockvet//analyzers/(\w+)"`)

// TestBazel: nogo takes packages that export an Analyzer, and configures them
// by the names of analyzers and flags.
func TestBazel(t *testing.T) {
	var listed []string
	for _, m := range nogoDep.FindAllStringSubmatch(read(t, filepath.Join(repository, "docs/ci/bazel/BUILD.bazel")), -1) {
		listed = append(listed, m[1])
		doc := in(t, repository, nil, "go", "doc", "-short", "./analyzers/"+m[1], "Analyzer").want(t, 0).stdout
		if !strings.HasPrefix(doc, "var Analyzer = ") {
			t.Errorf("package %s exports no Analyzer: %s", m[1], doc)
		}
	}
	if names := checkNames(t); !slices.Equal(listed, names) {
		t.Errorf("BUILD.bazel lists %v, the checks are %v", listed, names)
	}
	var config map[string]struct {
		Flags map[string]string `json:"analyzer_flags"`
	}
	if err := json.Unmarshal([]byte(read(t, filepath.Join(repository, "docs/ci/bazel/nogo.json"))), &config); err != nil {
		t.Fatal(err)
	}
	dir := module(t, "m.go", "package m\n")
	for check, c := range config {
		for name, value := range c.Flags {
			in(t, dir, nil, sockvet.path(t), "-"+check+"."+name+"="+value, "./...").want(t, 0)
		}
	}
}

// Package settings has the configuration of a server, and nothing that can be closed.
package settings

// Config is a configuration.
type Config struct {
	// TimeoutSeconds has a default, and NoDefault has none.
	TimeoutSeconds, NoDefault int
}

// Default returns the configuration that a program starts with.
func Default() *Config {
	return &Config{TimeoutSeconds: 10, NoDefault: 0}
}

// Timeout is a variable, in seconds.
var Timeout = envInt("TIMEOUT", 10)

func envInt(name string, value int) int {
	if name == "" {
		return 0
	}
	return value
}

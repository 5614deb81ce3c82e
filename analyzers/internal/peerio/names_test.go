package peerio

import (
	"slices"
	"testing"
)

func TestWords(t *testing.T) {
	for _, c := range []struct {
		name string
		want []string
	}{
		{"readProxyHeader", []string{"read", "proxy", "header"}},
		{"read_proxy_header", []string{"read", "proxy", "header"}},
		{"TLSAuth", []string{"tls", "auth"}},
		{"serveSSHConn", []string{"serve", "ssh", "conn"}},
		{"h", []string{"h"}},
		{"", nil},
	} {
		if got := words(c.name); !slices.Equal(got, c.want) {
			t.Errorf("words(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}

func TestExchangeWords(t *testing.T) {
	for name, want := range map[string]bool{
		"handshake":         true,
		"doServerHandshake": true,
		"keyExchange":       true,
		"authenticate":      true,
		"handleAuth":        true,
		"login":             true,
		"readPreface":       true,
		"readProxyHeader":   true,
		"parseProxyProtoV2": true,
		"readSSHBanner":     true,
		"authorName":        false,
		"proxy":             false,
		"serveSSH":          false,
		"handle":            false,
		"readFrame":         false,
		"exchangeRates":     false,
	} {
		if got := exchangeWords(words(name)); got != want {
			t.Errorf("%s: exchange %v, want %v", name, got, want)
		}
	}
	for name, want := range map[string]bool{
		"handshakeState": true,
		"Authenticator":  true,
		"AuthServer":     false,
		"LoginSession":   false,
		"Server":         false,
	} {
		if got := exchangeType(words(name)); got != want {
			t.Errorf("type %s: exchange %v, want %v", name, got, want)
		}
	}
}

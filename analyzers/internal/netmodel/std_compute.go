package netmodel

// stdCompute are functions that only compute: they fail by what they are given, which
// whoever wrote it out has seen, or not at all.
func stdCompute() []Row {
	return []Row{
		// Since Go 1.24 the process ends when there is no randomness.
		{"crypto/rand.Read", sure()},
		{"crypto/rand.Int", checks(0)},
		{"crypto/rand.Prime", checks(0, 1)},
		{"crypto/ecdsa.GenerateKey", checks(0, 1)},
		{"crypto/rsa.GenerateKey", checks(0, 1)},
		{"crypto/ed25519.GenerateKey", checks(0)},
		{"(crypto/ecdh.Curve).GenerateKey", checks(1)},
		// All block ciphers of 16 bytes will do, and there are few others.
		{"crypto/cipher.NewGCM", sure()},

		{"encoding/hex.DecodeString", checks(0)},
		{"(*encoding/base64.Encoding).DecodeString", checks(1)},
		{"(*encoding/base32.Encoding).DecodeString", checks(1)},
		{"regexp.Compile", checks(0)},
		{"strconv.Atoi", checks(0)},
		{"strconv.ParseBool", checks(0)},
		{"strconv.ParseFloat", checks(0)},
		{"strconv.ParseInt", checks(0)},
		{"strconv.ParseUint", checks(0)},
		{"strconv.Unquote", checks(0)},
		{"(*text/template.Template).Parse", checks(1)},
		{"(*html/template.Template).Parse", checks(1)},
		{"time.Parse", checks(0, 1)},
		{"time.ParseDuration", checks(0)},

		{"net.ParseCIDR", checks(0)},
		{"net.ParseMAC", checks(0)},
		{"net/netip.ParseAddr", checks(0)},
		{"net/netip.ParseAddrPort", checks(0)},
		{"net/netip.ParsePrefix", checks(0)},
		{"net/url.Parse", checks(0)},
		{"net/url.ParseRequestURI", checks(0)},
		{"net/http.NewRequest", checks(0, 1)},
		{"net/http.NewRequestWithContext", checks(1, 2)},
	}
}

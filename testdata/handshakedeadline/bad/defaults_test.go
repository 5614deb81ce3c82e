package bad

import "time"

// No default for those who use the package.
var testOptions = &options{ReadTimeout: time.Second, IdleTimeout: time.Second}

module github.com/sockvet/sockvet/integration/drivers

go 1.26.0

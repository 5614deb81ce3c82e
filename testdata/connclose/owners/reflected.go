package owners

import (
	"net"
	"reflect"
)

// goodReflected gives the connection to a method that reflection calls.
func goodReflected(session any) error {
	conn, err := net.Dial("tcp", "localhost:1")
	if err != nil {
		return err
	}
	reflect.ValueOf(session).MethodByName("Init").Call([]reflect.Value{reflect.ValueOf(conn)})
	return nil
}

// badReflected only looks at it by reflection.
func badReflected() error {
	conn, err := net.Dial("tcp", "localhost:1") // want "conn from net.Dial is never closed"
	if err != nil {
		return err
	}
	if reflect.ValueOf(conn).IsNil() || reflect.ValueOf(conn).Kind() != reflect.Pointer {
		return nil
	}
	_, err = conn.Write([]byte("hello"))
	return err
}

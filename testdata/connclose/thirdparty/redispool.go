package thirdparty

import "github.com/gomodule/redigo/redis"

// goodUnusable: a connection whose Err is not nil has none, or has closed it.
func goodUnusable(p *redis.Pool) (redis.Conn, error) {
	conn := p.Get()
	if err := conn.Err(); err != nil {
		return nil, err
	}
	return conn, nil
}

// badCommand: a command may fail with the connection open.
func badCommand(p *redis.Pool) (redis.Conn, error) {
	conn := p.Get() // want `conn from \(\*redis.Pool\).Get is not closed when \(redis.Conn\).Do fails`
	if err := conn.Err(); err != nil {
		return nil, err
	}
	if _, err := conn.Do("READONLY"); err != nil {
		return nil, err
	}
	return conn, nil
}

// fromPool returns what the pool gives, usable or not.
func fromPool(p *redis.Pool) (redis.Conn, error) {
	conn := p.Get()
	return conn, conn.Err()
}

// goodAnother: there is nothing to close beside the error.
func goodAnother(p, q *redis.Pool) (redis.Conn, error) {
	conn, err := fromPool(p)
	if err != nil {
		conn, err = fromPool(q)
	}
	return conn, err
}

package cycles

import "net"

// row is a type made of itself for each type of connections.
type row[C net.Conn] []row[C]

// node leads to others.
type node[C net.Conn] struct {
	next *node[C]
	rows row[C]
	conn C
}

func (n *node[C]) close() error {
	for ; n != nil; n = n.next {
		if err := n.conn.Close(); err != nil {
			return err
		}
	}
	return nil
}

func serveRows(r row[*net.TCPConn], n *node[*net.TCPConn]) (row[*net.TCPConn], error) {
	for i := range r {
		use(r[i])
	}
	return r, n.close()
}

// Package jobs holds a queue that workers empty.
package jobs

import (
	"net"
	"sync"
)

// Job is what one client asks for.
type Job struct {
	Conn net.Conn
	Name string
}

// Queue holds jobs until a worker takes them.
type Queue struct {
	mu   sync.Mutex
	jobs []*Job
}

// New makes an empty one.
func New() *Queue { return new(Queue) }

// Push adds a job.
func (q *Queue) Push(j *Job) { // want Push:`keeps operand 1 in operand 0`
	q.mu.Lock()
	defer q.mu.Unlock()
	q.jobs = append(q.jobs, j)
}

// Pop takes the next one.
func (q *Queue) Pop() *Job { // want Pop:`removes from operand 0`
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.jobs) == 0 {
		return nil
	}
	j := q.jobs[0]
	q.jobs = q.jobs[1:]
	return j
}

// Work is a worker's loop.
func Work(q *Queue) {
	for {
		if j := q.Pop(); j != nil {
			j.Conn.Close()
		}
	}
}

// Roster holds jobs that are taken out by their name.
type Roster struct{ jobs map[string]*Job }

// Enter adds a job.
func (r *Roster) Enter(j *Job) { r.jobs[j.Name] = j } // want Enter:`keeps operand 1 in operand 0`

// Leave takes one out.
func (r *Roster) Leave(name string) *Job { // want Leave:`removes from operand 0`
	j := r.jobs[name]
	delete(r.jobs, name)
	return j
}

// Empty forgets all.
func (r *Roster) Empty() { clear(r.jobs) } // want Empty:`removes from operand 0`

//! Wake-ups: the FIFO queue of tasks to poll, and queues of tasks that wait for something.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Wake, Waker};

/// Index of a task in the machine's table.
pub(crate) type TaskId = usize;

/// Tasks to poll, oldest first.
#[derive(Default)]
pub(crate) struct ReadyQueue {
    tasks: Mutex<VecDeque<TaskId>>,
}

impl ReadyQueue {
    fn push(&self, id: TaskId) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).push_back(id);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    pub(crate) fn pop(&self) -> Option<TaskId> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

/// Puts one task into the ready queue, once until it is polled.
pub(crate) struct TaskWaker {
    id: TaskId,
    queued: AtomicBool,
    ready: Arc<ReadyQueue>,
}

impl TaskWaker {
    pub(crate) fn new(id: TaskId, ready: &Arc<ReadyQueue>) -> Arc<Self> {
        Arc::new(TaskWaker { id, queued: AtomicBool::new(false), ready: Arc::clone(ready) })
    }

    /// To be called when the task leaves the queue.
    pub(crate) fn taken(&self) {
        self.queued.store(false, Ordering::Relaxed);
    }
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.queued.swap(true, Ordering::Relaxed) {
            self.ready.push(self.id);
        }
    }
}

/// Tasks that wait for one thing to change.
#[derive(Default)]
pub(crate) struct WaitQueue {
    wakers: RefCell<Vec<Waker>>,
}

impl WaitQueue {
    pub(crate) fn register(&self, waker: &Waker) {
        let mut wakers = self.wakers.borrow_mut();
        if !wakers.iter().any(|known| known.will_wake(waker)) {
            wakers.push(waker.clone());
        }
    }

    pub(crate) fn wake_all(&self) {
        if self.wakers.borrow().is_empty() {
            return;
        }
        for waker in self.wakers.take() {
            waker.wake();
        }
    }
}

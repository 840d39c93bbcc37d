//! Progress, cancel, throttle; the protocol between the app and its worker process.

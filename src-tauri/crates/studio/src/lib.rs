//! Every use case once: context and typed request to typed reply.

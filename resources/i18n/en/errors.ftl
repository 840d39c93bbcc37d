### One message per stable error code: what happened, where, what to do next.
### Both languages hold the same ids with the same variables; a test in the i18n crate checks it.
### Ids: kebab-case, starting with the file's area (error-CODE, CODE being the stable error code).

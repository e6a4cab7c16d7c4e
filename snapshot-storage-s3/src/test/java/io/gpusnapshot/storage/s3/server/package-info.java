/** A real S3 server for tests, also those of other modules: start reading at {@link S3Server}. */
@NullMarked
package io.gpusnapshot.storage.s3.server;

import org.jspecify.annotations.NullMarked;

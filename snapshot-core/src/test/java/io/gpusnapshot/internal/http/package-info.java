/** Tests of the HTTP transport against a server that misbehaves. */
@NullMarked
package io.gpusnapshot.internal.http;

import org.jspecify.annotations.NullMarked;

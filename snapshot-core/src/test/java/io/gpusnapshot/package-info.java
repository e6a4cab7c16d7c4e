/** Tests of the service through its public API, and of the architecture. */
@NullMarked
package io.gpusnapshot;

import org.jspecify.annotations.NullMarked;

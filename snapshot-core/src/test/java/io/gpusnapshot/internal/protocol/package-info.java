/** Tests of what orchestrator and agent say to each other. */
@NullMarked
package io.gpusnapshot.internal.protocol;

import org.jspecify.annotations.NullMarked;

/** Tests of the command line, in this process except for those of the jar. */
@NullMarked
package io.gpusnapshot.cli;

import org.jspecify.annotations.NullMarked;

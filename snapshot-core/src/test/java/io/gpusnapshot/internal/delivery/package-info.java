/** Tests of getting the agent and a Java runtime onto hosts of many kinds. */
@NullMarked
package io.gpusnapshot.internal.delivery;

import org.jspecify.annotations.NullMarked;

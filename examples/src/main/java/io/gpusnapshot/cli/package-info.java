/**
 * The command line, and the reference client of the SDK. Start reading at {@code Main}; there is one class per
 * subcommand. Standard output holds results only: with {@code --json} its last line is one JSON object.
 */
@NullMarked
package io.gpusnapshot.cli;

import org.jspecify.annotations.NullMarked;

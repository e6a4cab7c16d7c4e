package io.gpusnapshot.cli;

import io.gpusnapshot.CreateRequest.ParentChoice;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.remote.SshTarget;
import io.gpusnapshot.storage.StorageConfig;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the values of options. */
final class Converters {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([kKmMgG]?)(?:i?[bB])?");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})([smhd])");
    private static final char REPLACEMENT = '\uFFFD';

    private Converters() {}

    static void register(CommandLine commandLine) {
        commandLine
                .registerConverter(ByteSize.class, converter(Converters::size))
                .registerConverter(Duration.class, converter(Converters::duration))
                .registerConverter(Path.class, converter(Converters::path))
                .registerConverter(ParentChoice.class, converter(Converters::parent))
                .registerConverter(SnapshotChoice.class, converter(SnapshotChoice::parse))
                .registerConverter(SshTarget.class, converter(SshTarget::parse))
                .registerConverter(StorageConfig.class, converter(StorageConfig::parse));
    }

    private static <T> ITypeConverter<T> converter(Function<String, T> parser) {
        return text -> {
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException wrong) {
                throw new TypeConversionException(wrong.getMessage());
            }
        };
    }

    static ByteSize size(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw notASize(text);
        }
        String unit = matcher.group(2).toUpperCase(Locale.ROOT);
        int shift = unit.isEmpty() ? 0 : 10 * (1 + "KMG".indexOf(unit));
        try {
            return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << shift));
        } catch (ArithmeticException tooLarge) {
            throw notASize(text);
        }
    }

    private static IllegalArgumentException notASize(String text) {
        return new IllegalArgumentException(
                "Not a size: \"" + text + "\"; write bytes, or a number with K, M or G, for example 512M");
    }

    static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "Not a duration: \"" + text + "\"; write a number with s, m, h or d, for example 24h");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    private static ParentChoice parent(String text) {
        return text.equals("none") ? new ParentChoice.None() : new ParentChoice.Of(new SnapshotId(text));
    }

    /** Reads a path, or a file URI, whose percent escapes can name any bytes under any locale. */
    static Path path(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("The path is empty; name a directory");
        }
        if (text.startsWith("file:")) {
            return uriPath(text);
        }
        if (mayHaveLostBytes(text)) {
            throw new IllegalArgumentException("The path \"" + text + "\" has bytes that this locale may have replaced;"
                    + " run with LC_ALL=C.UTF-8, or write the path as file:///… with %XX escapes");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException unmappable) {
            throw new IllegalArgumentException(
                    "Not a path in this locale: " + unmappable.getReason()
                            + "; run with LC_ALL=C.UTF-8, or write the path as file:///… with %XX escapes",
                    unmappable);
        }
    }

    private static Path uriPath(String text) {
        try {
            return Path.of(URI.create(text));
        } catch (IllegalArgumentException | FileSystemNotFoundException wrong) {
            throw new IllegalArgumentException(
                    "Not the URI of a folder: \"" + text + "\"; write file:///absolute/path, escape a space as %20",
                    wrong);
        }
    }

    /** Java reads the arguments in the locale's encoding, and puts one of two characters for what that cannot express. */
    private static boolean mayHaveLostBytes(String text) {
        boolean ascii = System.getProperty("sun.jnu.encoding", "").startsWith("ANSI_X3.4");
        return text.indexOf(REPLACEMENT) >= 0 || (ascii && text.indexOf('?') >= 0);
    }
}

package io.gpusnapshot.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConvertersTest {
    @ParameterizedTest
    @CsvSource({"0,0", "65536,65536", "128K,131072", "4M,4194304", "4MiB,4194304", "2gb,2147483648", "16B,16"})
    void sizesTakeBinaryUnits(String text, long bytes) {
        assertThat(Converters.size(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "M", "-1M", "1.5G", "1T", "4 M", "99999999999G"})
    void otherSizesAreRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Converters.size(text))
                .withMessageContaining("Not a size: \"" + text + "\"");
    }

    @ParameterizedTest
    @CsvSource({"0s,PT0S", "90m,PT90M", "24h,PT24H", "2d,PT48H"})
    void durationsTakeOneUnit(String text, Duration duration) {
        assertThat(Converters.duration(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "24", "-1h", "1h30m", "PT1H"})
    void otherDurationsAreRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Converters.duration(text))
                .withMessageContaining("for example 24h");
    }

    @Test
    void aPathIsTakenAsItIsAndAFileUriByItsBytes() {
        assertThat(Converters.path("a b/c")).isEqualTo(Path.of("a b/c"));
        assertThat(Converters.path("file:///a%20b/c")).isEqualTo(Path.of("/a b/c"));
        assertThat(Converters.path("file:///n%FFt").toUri().getRawPath()).isEqualTo("/n%FFt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:relative", "file://host/path", "file:///a?b", "file:///a b"})
    void otherFileUrisAreRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Converters.path(text))
                .withMessageContaining("Not the URI of a folder: \"" + text + "\"; write file:///absolute/path");
    }
}

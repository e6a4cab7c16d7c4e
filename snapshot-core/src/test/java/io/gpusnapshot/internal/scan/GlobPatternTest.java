package io.gpusnapshot.internal.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gpusnapshot.model.RawPath;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where patterns go beyond what git says, or say more than git. */
class GlobPatternTest {
    private static boolean matches(String pattern, byte[] path) {
        return PathRules.parse(List.of(pattern)).matches(RawPath.ofBytes(path), false);
    }

    private static boolean matches(String pattern, String path) {
        return PathRules.parse(List.of(pattern)).matches(RawPath.of(path), false);
    }

    @Test
    void aQuestionMarkIsOneCharacterOfUtf8() {
        assertThat(matches("caf?", "café")).isTrue();
        assertThat(matches("?", "日")).isTrue();
        assertThat(matches("?", "🚀")).isTrue();
        assertThat(matches("??", "日")).isFalse();
    }

    @Test
    void aQuestionMarkIsOneByteWhereBytesAreNotUtf8() {
        assertThat(matches("caf?", new byte[] {'c', 'a', 'f', (byte) 0xe9})).isTrue();
        assertThat(matches("?", new byte[] {(byte) 0xff})).isTrue();
        assertThat(matches("?", new byte[] {(byte) 0x80})).isTrue();
    }

    @Test
    void aStarMatchesAnyBytesButSlashes() {
        assertThat(matches("a*b", new byte[] {'a', (byte) 0xff, '\n', 1, 'b'})).isTrue();
        assertThat(matches("/a*b", "a/b")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "!", "/", "!/", "a\0b", "[", "[a", "[]", "[!]", "a\\", "[[:nonsense:]]", "[z-a]"})
    void aPatternThatCanMatchNothingIsRefused(String pattern) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PathRules.parse(List.of(pattern)))
                .withMessageContaining("Not a glob");
    }

    @Test
    void theWorkspaceItselfMatchesNothing() {
        assertThat(PathRules.parse(List.of("*")).matchesTree(RawPath.ROOT, true))
                .isFalse();
    }
}

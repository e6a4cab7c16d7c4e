package io.gpusnapshot.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.gpusnapshot.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

/** What holds in every module and between them; this one has all others on its class path. */
class ModulesTest {
    private final JavaClasses classes = ArchitectureRules.productionClasses();

    @Test
    void allModulesAreLookedAt() {
        assertThat(classes.stream().map(found -> found.getPackageName()).distinct())
                .contains(
                        "io.gpusnapshot",
                        "io.gpusnapshot.cli",
                        "io.gpusnapshot.codec.lz4",
                        "io.gpusnapshot.remote.ssh",
                        "io.gpusnapshot.storage.b2",
                        "io.gpusnapshot.storage.s3")
                .doesNotContain("io.gpusnapshot.testing");
    }

    @Test
    void packagesHaveNoCycles() {
        ArchitectureRules.packagesHaveNoCycles().check(classes);
    }

    @Test
    void onlyApplicationsDependOnTheFacade() {
        ArchitectureRules.onlyApplicationsDependOnTheFacade().check(classes);
    }

    @Test
    void applicationsDoNotKnowInternals() {
        ArchitectureRules.applicationsDoNotKnowInternals().check(classes);
    }

    @Test
    void providersSeeInterfacesAndLeavesOnly() {
        ArchitectureRules.providersSeeInterfacesAndLeavesOnly().check(classes);
    }

    @Test
    void providersDoNotKnowEachOther() {
        ArchitectureRules.providersDoNotKnowEachOther().check(classes);
    }

    @Test
    void interfacesDoNotKnowInternals() {
        ArchitectureRules.interfacesDoNotKnowInternals().check(classes);
    }

    @Test
    void onlyPosixCallsGoNative() {
        ArchitectureRules.onlyPosixCallsGoNative().check(classes);
    }

    @Test
    void onlySshKnowsSshj() {
        ArchitectureRules.onlySshKnowsSshj().check(classes);
    }
}

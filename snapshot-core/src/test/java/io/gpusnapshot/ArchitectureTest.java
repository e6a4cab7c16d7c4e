package io.gpusnapshot;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static io.gpusnapshot.testing.ArchitectureRules.ROOT;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.gpusnapshot.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

/** Dependencies point one way: facade, workflows, building blocks, SPIs, model and errors. */
class ArchitectureTest {
    private final JavaClasses classes = ArchitectureRules.productionClasses();

    @Test
    void packagesHaveNoCycles() {
        ArchitectureRules.packagesHaveNoCycles().check(classes);
    }

    @Test
    void nobodyDependsOnTheFacade() {
        ArchitectureRules.onlyApplicationsDependOnTheFacade().check(classes);
    }

    @Test
    void workflowsDoNotKnowEachOther() {
        slices().matching(ROOT + ".internal.(create|restore|verify|prune|replicate)..")
                .should()
                .notDependOnEachOther()
                .because("what two workflows share belongs into a building block")
                .check(classes);
    }

    @Test
    void buildingBlocksDoNotKnowWorkflows() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        ROOT + ".internal.format..",
                        ROOT + ".internal.posix..",
                        ROOT + ".internal.scan..",
                        ROOT + ".internal.chunk..",
                        ROOT + ".internal.transfer..",
                        ROOT + ".internal.repository..",
                        ROOT + ".internal.concurrent..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".internal.create..",
                        ROOT + ".internal.restore..",
                        ROOT + ".internal.verify..",
                        ROOT + ".internal.prune..",
                        ROOT + ".internal.replicate..")
                .because("workflows are made of building blocks, not the other way round")
                .check(classes);
    }

    @Test
    void interfacesDoNotKnowInternals() {
        ArchitectureRules.interfacesDoNotKnowInternals().check(classes);
    }

    @Test
    void providersSeeInterfacesAndLeavesOnly() {
        ArchitectureRules.providersSeeInterfacesAndLeavesOnly().check(classes);
    }

    @Test
    void errorsAndModelDependOnTheJdkAlone() {
        ArchitectureRules.errorsAndModelDependOnTheJdkAlone().check(classes);
    }

    @Test
    void onlyTheFormatKnowsJson() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".internal.format..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml..")
                .because("stored bytes are known in one place")
                .check(classes);
    }

    @Test
    void onlyPosixCallsGoNative() {
        ArchitectureRules.onlyPosixCallsGoNative().check(classes);
    }
}

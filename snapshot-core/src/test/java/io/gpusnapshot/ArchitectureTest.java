package io.gpusnapshot;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Dependencies point one way: facade, workflows, building blocks, SPIs, model and errors. */
class ArchitectureTest {
    private static final String ROOT = "io.gpusnapshot";
    private static final String INTERNAL = ROOT + ".internal..";

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void packagesHaveNoCycles() {
        slices().matching(ROOT + ".(**)")
                .should()
                .beFreeOfCycles()
                .because("a cycle means that two packages are one, or that a duty sits in the wrong place")
                .check(classes);
    }

    @Test
    void nobodyDependsOnTheFacade() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT)
                .because("the facade is for applications; below it, everything takes what it needs as arguments")
                .check(classes);
    }

    @Test
    void workflowsDoNotKnowEachOther() {
        slices().matching(ROOT + ".internal.(create|restore|verify|prune)..")
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
                        ROOT + ".internal.prune..")
                .because("workflows are made of building blocks, not the other way round")
                .check(classes);
    }

    @Test
    void servicePackagesForProvidersDoNotKnowInternals() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".storage..", ROOT + ".codec..", ROOT + ".model..", ROOT + ".error..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(INTERNAL)
                .because("providers and codecs are written against the SPIs alone")
                .check(classes);
    }

    @Test
    void errorsAndModelDependOnTheJdkAlone() {
        classes()
                .that()
                .resideInAnyPackage(ROOT + ".error..", ROOT + ".model..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", ROOT + ".error..", ROOT + ".model..", "org.jspecify..")
                .because("leaves must be usable from everywhere")
                .check(classes);
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
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".internal.posix..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.sun.jna..")
                .because("what a platform lacks is decided in one place")
                .check(classes);
    }
}

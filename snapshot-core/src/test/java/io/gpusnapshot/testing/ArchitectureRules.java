package io.gpusnapshot.testing;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;

/** Who may depend on whom, as far as it holds in every module. Needs ArchUnit on the class path. */
public final class ArchitectureRules {
    /** The package of the facade; all others are below it. */
    public static final String ROOT = "io.gpusnapshot";

    /** Everything that applications must not touch. */
    public static final String INTERNAL = ROOT + ".internal..";

    private static final String[] APPLICATIONS = {ROOT + ".cli..", ROOT + ".examples.."};
    private static final String[] PROVIDERS = {ROOT + ".storage.*..", ROOT + ".codec.*..", ROOT + ".remote.*.."};
    private static final String[] WHAT_PROVIDERS_SEE = {
        ROOT + ".storage..", ROOT + ".codec..", ROOT + ".remote..", ROOT + ".model..", ROOT + ".error.."
    };

    private ArchitectureRules() {}

    /** All of our classes on the class path but tests and what tests are made of. */
    public static JavaClasses productionClasses() {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                // In a jar the place does not tell what is a test.
                .withImportOption(location -> !location.contains("io/gpusnapshot/testing/"))
                .importPackages(ROOT);
    }

    public static ArchRule packagesHaveNoCycles() {
        return slices().matching(ROOT + ".(**)")
                .should()
                .beFreeOfCycles()
                .because("a cycle means that two packages are one, or that a duty sits in the wrong place");
    }

    public static ArchRule onlyApplicationsDependOnTheFacade() {
        return noClasses()
                .that(not(resideInAPackage(ROOT)).and(not(resideInAnyPackage(APPLICATIONS))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT)
                .because("the facade is for applications; below it, everything takes what it needs as arguments");
    }

    public static ArchRule applicationsDoNotKnowInternals() {
        return noClasses()
                .that()
                .resideInAnyPackage(APPLICATIONS)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(INTERNAL)
                .because("command line and examples show what users can do, and users have the public packages only");
    }

    public static ArchRule providersSeeInterfacesAndLeavesOnly() {
        return noClasses()
                .that()
                .resideInAnyPackage(PROVIDERS)
                .should()
                .dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(resideInAnyPackage(WHAT_PROVIDERS_SEE))))
                .because("whoever writes a provider or a codec outside of this project has no more than that");
    }

    public static ArchRule providersDoNotKnowEachOther() {
        return slices().matching(ROOT + ".(storage|codec|remote).(*)..")
                .should()
                .notDependOnEachOther()
                .because("each of them can be left out of an application");
    }

    public static ArchRule interfacesDoNotKnowInternals() {
        return noClasses()
                .that()
                .resideInAnyPackage(WHAT_PROVIDERS_SEE)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(INTERNAL)
                .because("providers and codecs are written against the SPIs alone");
    }

    public static ArchRule errorsAndModelDependOnTheJdkAlone() {
        return classes()
                .that()
                .resideInAnyPackage(ROOT + ".error..", ROOT + ".model..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", ROOT + ".error..", ROOT + ".model..", "org.jspecify..")
                .because("leaves must be usable from everywhere");
    }

    public static ArchRule onlyPosixCallsGoNative() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".internal.posix..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.sun.jna..")
                .because("what a platform lacks is decided in one place");
    }

    public static ArchRule onlySshKnowsSshj() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".remote.ssh..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("net.schmizz..", "com.hierynomus..")
                .because("whoever uses remote hosts sees the SPI, and sshj can be replaced in one place");
    }
}

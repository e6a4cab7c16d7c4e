package io.gpusnapshot.cli;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is typed without a subcommand. */
@Command(
        name = "gpu-snapshot",
        description = "Snapshots GPU workspaces to object storage and restores them.",
        mixinStandardHelpOptions = true,
        versionProvider = RootCommand.Version.class,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed",
            "2:wrong usage; nothing was done",
            "3:done, but files were skipped or were changing",
            "130:cancelled"
        })
final class RootCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "Missing command; there are create, restore, list, show,"
                        + " verify, delete, prune, replicate, quickstart and emulate-b2");
    }

    /** Reads the version that the build put into the manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
                    .orElse("development");
            return new String[] {"gpu-snapshot " + version};
        }
    }
}

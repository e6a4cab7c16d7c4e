"""Where the programs of this project are, and how they are called."""

import os
import shlex

HERE = os.path.dirname(os.path.realpath(__file__))
EXAMPLES = os.path.realpath(os.path.join(HERE, "..", "..", "..", "examples"))
LAUNCHER = os.path.join(EXAMPLES, "bin", "gpu-snapshot")
JAR = os.path.join(EXAMPLES, "target", "gpu-snapshot.jar")
BENCHMARKS = os.path.realpath(os.path.join(HERE, "..", "..", "target", "benchmarks.jar"))
PACKAGE = "io.gpusnapshot.benchmarks."


def missing():
    """What has to be built first, in words, or nothing."""
    for jar in (JAR, BENCHMARKS):
        if not os.path.isfile(jar):
            return f"there is no {jar}; build it: mvn -q -DskipTests package"
    return ""


def gpu_snapshot(*words, java_options=""):
    """The command as users start it, unless there are options for Java, which replace those of its script."""
    return jar(*words, java_options=java_options) if java_options else [LAUNCHER, *words]


def jar(*words, java_options=""):
    """The command with the options that Java has by itself, as suits a server."""
    return ["java", *shlex.split(java_options), "-jar", JAR, *words]


def benchmark(name, *words, java_options=""):
    """A program of the module benchmarks, with the command beside it, which can reach hosts."""
    quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"
    path = os.pathsep.join([BENCHMARKS, JAR])
    return ["java", quiet, *shlex.split(java_options), "-cp", path, PACKAGE + name, *words]

/** The Java on PATH. macOS has a `java` that only says where to get one, so that its answer counts, not its being there. */
import { answerOf } from '../bootstrap/run.mjs'
import { StepFailure } from '../bootstrap/step.mjs'

/** What Kafka 4's brokers ask for. */
const leastJava = 17

export function javaIsReady(): boolean {
  return (javaOnPath() ?? 0) >= leastJava
}

/** Throws a StepFailure when the Java on PATH cannot run Kafka. */
export function checkJava(): void {
  const found = javaOnPath()
  if (found !== undefined && found >= leastJava) return
  const is = found === undefined ? 'there is none on PATH that runs' : `the one on PATH is ${found}`
  throw new StepFailure(`Kafka needs Java ${leastJava} or newer; ${is}.`, {
    advice: `Install one (Debian: sudo apt-get install -y default-jre-headless) and put it first on PATH: export PATH="$JAVA_HOME/bin:$PATH"`,
  })
}

const javaOnPath = () => javaMajor(answerOf('java', ['--version']))

/** The first number of what `java --version` prints; undefined for Java 8, which does not know the word. Pure. */
export function javaMajor(said: string | undefined): number | undefined {
  const version = /^\S+ (\d+)/.exec(said ?? '')?.[1]
  return version === undefined ? undefined : Number(version)
}

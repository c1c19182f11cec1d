/**
 * Tests of the tests: each promise of the programs is broken once, and the tests that stand for it must fail.
 *
 * <p>A {@link dev.banyan.mutants.Mutant} is a text file of {@code src/test/mutants}: why, the source, the old text, the new text, the tests
 * that must notice. The programs themselves have no switch for it. {@link dev.banyan.mutants.Hunt} runs those tests as they are, where they
 * must pass; then {@link dev.banyan.mutants.Compilation} compiles the changed source against everything as it was built, and {@link
 * dev.banyan.mutants.TestRun} starts a JVM with the result first on the class path, in which {@link dev.banyan.mutants.TestProgram} runs the
 * tests again. A mutant is caught when each of them fails by an assertion, or says the word that the mutant names; a class that cannot be
 * loaded, a JVM that does not end and a test that is not found count as not caught.
 *
 * <p>{@code bin/mutants} tries all of them, or those named. In every build {@link dev.banyan.mutants.MutantSetTest} sees that each old text
 * is in its source exactly once and that each new one compiles, so that no mutant rots.
 *
 * <p><b>What cannot be broken, because it is not there yet:</b> an address that rests before it is given again; rules that are gone on every
 * agent before a container goes, and an old replica that waits for all agents to have switched (both stop by what is ready, and no agent is
 * asked what it has applied); the sequence of reports within an epoch (reports are fenced by the epoch); a brake on losing most agents at
 * once; WireGuard peers; the audit log.
 */
@NullMarked
package dev.banyan.mutants;

import org.jspecify.annotations.NullMarked;

/**
 * What a trial found, and how it gets out of the trial's process. A figure is a name, a number and a unit; a trial prints one a line with
 * tabs between, the runner that started the process reads the lines back. Everything else that a trial prints is for people.
 */
@NullMarked
package dev.banyan.runtime.benchmark.measure;

import org.jspecify.annotations.NullMarked;

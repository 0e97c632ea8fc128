namespace Oddswire.Simulator;

/// <summary>
/// Where a game leaves its own course: after so many plays chance goes on with another seed. What only the simulator knows of the day (form, weather) is drawn
/// anew where a reader of the feed could not have learnt it, so that many forks from one moment give the chances as the feed allows to know them.
/// </summary>
/// <param name="After">How many plays stay as they are.</param>
/// <param name="Seed">The seed from there on.</param>
internal readonly record struct Fork(int After, ulong Seed);

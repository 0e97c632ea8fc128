namespace Oddswire.Simulator;

/// <summary>The order in which a game is told: first message, plays, corrections, and heartbeats wherever the feed would fall silent.</summary>
internal static class Script
{
    /// <summary>Makes the script of a game.</summary>
    /// <param name="game">The game.</param>
    /// <param name="delayMs">Pause between the first message and the start of play.</param>
    /// <param name="headStartMs">How much of the game lies before time 0; no heartbeats there.</param>
    /// <param name="options">Heartbeat and corrections.</param>
    public static List<ScriptItem> Of(SimulatedGame game, int delayMs, int headStartMs, SlateOptions options)
    {
        var heartbeatMs = (int)options.Heartbeat.TotalMilliseconds;
        var told = Plays(game, delayMs, options);
        if (heartbeatMs == 0)
        {
            return told;
        }

        var script = new List<ScriptItem>(told.Count * 4);
        foreach (var item in told)
        {
            if (script.Count > 0)
            {
                var last = script[^1];
                var from = Math.Max(last.AtMs, headStartMs);
                for (var at = from + heartbeatMs; at < item.AtMs; at += heartbeatMs)
                {
                    script.Add(new ScriptItem(at, last.Play, Telling.Heartbeat));
                }
            }

            script.Add(item);
        }

        return script;
    }

    private static List<ScriptItem> Plays(SimulatedGame game, int delayMs, SlateOptions options)
    {
        var random = new SeededRandom(SeededRandom.Mix(game.Fixture.Seed, 41, options.Faults.Seed));
        var rate = options.Faults.Corrections;
        var times = game.PlayTimes;
        var script = new List<ScriptItem>(times.Count + 8) { new(0, -1, Telling.Info) };
        var pending = (Play: -1, After: 0);
        for (var play = 0; play < times.Count; play++)
        {
            var at = Math.Max(times[play] + delayMs, script[^1].AtMs);
            if (pending.Play >= 0 && (--pending.After == 0 || play == times.Count - 1))
            {
                script.Add(new ScriptItem(at, pending.Play, Telling.Corrected));
                pending.Play = -1;
            }

            var atOnce = random.Chance(0.3);
            if (pending.Play < 0 && play < times.Count - 2 && random.Chance(rate) && game.CanBeCorrected(play, atOnce))
            {
                script.Add(new ScriptItem(at, play, atOnce ? Telling.WrongScore : Telling.Wrong));
                if (atOnce)
                {
                    script.Add(new ScriptItem(at + 1500, play, Telling.Corrected));
                    continue;
                }

                pending = (play, random.Between(1, 6));
                continue;
            }

            script.Add(new ScriptItem(at, play, Telling.Play));
        }

        return script;
    }
}

using System.Globalization;

namespace Oddswire.Simulator.Faults;

/// <summary>Reads a fault plan from a command line.</summary>
public static class FaultPlanParser
{
    /// <summary>What may be given, for help texts.</summary>
    public const string Syntax =
        "duplicates=1%  reorder=2%[:depth]  late=0.5%[:depth]  gaps=0.2%  corrections=1%  malformed=0.5%  garbled=0.5%  redundant=250ms  "
        + "stall=game2@30s+20s  burst=60s+5s  seed=7, separated by commas";

    /// <summary>Reads a plan, for example <c>duplicates=1%,reorder=2%,stall=game2@30s+20s</c>; empty text is no faults.</summary>
    /// <exception cref="FormatException">A part cannot be understood; the message names it and what is possible.</exception>
    public static FaultPlan Parse(string text)
    {
        var plan = FaultPlan.None;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=');
            if (equals <= 0)
            {
                throw Fail(part, "expected name=value");
            }

            plan = With(plan, part[..equals].TrimEnd(), part[(equals + 1)..].TrimStart(), part);
        }

        return plan;
    }

    private static FaultPlan With(FaultPlan plan, string name, string value, string part) => name switch
    {
        "duplicates" => plan with { Duplicates = Share(value, part) },
        "reorder" => plan with { Reorder = Share(value, part, out var depth), ReorderDepth = depth ?? plan.ReorderDepth },
        "late" => plan with { Late = Share(value, part, out var depth), LateDepth = depth ?? plan.LateDepth },
        "gaps" => plan with { Gaps = Share(value, part) },
        "corrections" => plan with { Corrections = Share(value, part) },
        "malformed" => plan with { Malformed = Share(value, part) },
        "garbled" => plan with { Garbled = Share(value, part) },
        "redundant" => plan with { Redundant = Duration(value, part) },
        "stall" => plan with { Silences = [.. plan.Silences, Stall(value, part)] },
        "burst" => plan with { Silences = [.. plan.Silences, Window(null, value, part)] },
        "seed" => plan with { Seed = ulong.TryParse(value, out var seed) ? seed : throw Fail(part, "a seed is a whole number, 0 or more") },
        _ => throw Fail(part, $"there is no fault '{name}'"),
    };

    private static double Share(string value, string part) =>
        Share(value, part, out var depth) is var share && depth is null ? share : throw Fail(part, "this fault takes no depth");

    private static double Share(string value, string part, out int? depth)
    {
        depth = null;
        var colon = value.IndexOf(':');
        if (colon >= 0)
        {
            depth = int.TryParse(value.AsSpan(colon + 1), out var count) && count is >= 1 and <= 100_000
                ? count
                : throw Fail(part, "a depth is 1 to 100000 messages");
            value = value[..colon];
        }

        if (!value.EndsWith('%') || !double.TryParse(value.AsSpan(0, value.Length - 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var percent)
            || percent is not (>= 0 and <= 100))
        {
            throw Fail(part, "a share is 0% to 100%");
        }

        return percent / 100;
    }

    private static Silence Stall(string value, string part)
    {
        var at = value.IndexOf('@');
        if (at < 0 || !value.StartsWith("game", StringComparison.Ordinal) || !int.TryParse(value.AsSpan(4, at - 4), out var game) || game < 1)
        {
            throw Fail(part, "a stall names the game's place in the slate, its beginning and its length, as in game2@30s+20s");
        }

        return Window(game, value[(at + 1)..], part);
    }

    private static Silence Window(int? game, string value, string part)
    {
        var plus = value.IndexOf('+');
        return plus > 0
            ? new Silence(game, Duration(value[..plus], part), Duration(value[(plus + 1)..], part))
            : throw Fail(part, "expected beginning and length, as in 60s+5s");
    }

    private static TimeSpan Duration(string value, string part)
    {
        var (unit, length) = value switch
        {
            _ when value.EndsWith("ms", StringComparison.Ordinal) => (1.0, 2),
            _ when value.EndsWith('s') => (1000.0, 1),
            _ when value.EndsWith('m') => (60_000.0, 1),
            _ => (0, 0),
        };
        return unit > 0 && double.TryParse(value.AsSpan(0, value.Length - length), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number is >= 0 and <= 1e9
            ? TimeSpan.FromMilliseconds(number * unit)
            : throw Fail(part, $"'{value}' is not a duration such as 250ms, 30s or 2m");
    }

    private static FormatException Fail(string part, string why) =>
        new($"The fault '{part}' cannot be understood: {why}. Possible are: {Syntax}.");
}

using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>Chooses main lines and knows which lines are offered around them.</summary>
internal static class LineLadder
{
    private const int MaxSteps = 400;

    /// <summary>
    /// The main line: the one before as long as its first selection's fair chance stays near one half, else the line whose chance is
    /// nearest to one half, found by walking from the line before (or from the expected value).
    /// </summary>
    public static Line Choose(
        IOutcomeDistribution solved, MarketFamily family, LadderStyle style, Line? before, out Split split)
    {
        var line = before ?? Start(solved, family, style);
        split = Evaluate(solved, family, line);
        var excess = Excess(split);
        if (before is not null && Math.Abs(excess) <= style.Stickiness.Value)
        {
            return line;
        }

        // A home handicap wins more often the higher it is, an over the lower.
        var up = family == MarketFamily.Spread ? excess < 0 : excess > 0;
        for (var step = 0; step < MaxSteps && excess != 0; step++)
        {
            var next = new Line(line.Hundredths + (up ? style.MainStepHundredths : -style.MainStepHundredths));
            var nextSplit = Evaluate(solved, family, next);
            var nextExcess = Excess(nextSplit);
            var isCrossed = nextExcess == 0 || nextExcess > 0 != excess > 0;
            if (!isCrossed || Math.Abs(nextExcess) < Math.Abs(excess))
            {
                (line, excess, split) = (next, nextExcess, nextSplit);
            }

            if (isCrossed)
            {
                break;
            }
        }

        return line;
    }

    /// <summary>How the family's market at a line can end.</summary>
    public static Split Evaluate(IOutcomeDistribution solved, MarketFamily family, Line line) => family switch
    {
        MarketFamily.Spread => solved.Spread(line),
        MarketFamily.Total => solved.Total(line),
        MarketFamily.HomeTotal => solved.TeamTotal(Side.Home, line),
        MarketFamily.AwayTotal => solved.TeamTotal(Side.Away, line),
        _ => solved.Result(),
    };

    private static double Excess(Split split) => split.TwoWay.Value - 0.5;

    private static Line Start(IOutcomeDistribution solved, MarketFamily family, LadderStyle style)
    {
        var (home, away) = solved.Mean();
        var expected = family switch
        {
            MarketFamily.Spread => away - home,
            MarketFamily.Total => home + away,
            MarketFamily.HomeTotal => home,
            _ => away,
        };
        var step = style.MainStepHundredths;
        return new Line(((int)Math.Round((expected - style.OffsetHundredths) / (double)step) * step) + style.OffsetHundredths);
    }
}

/// <summary>The lines of a family that are offered now; <c>default</c> is a family without lines, whose one market always is.</summary>
/// <param name="style">How the family's lines lie.</param>
/// <param name="main">The main line.</param>
internal readonly struct OfferedLines(LadderStyle style, Line main)
{
    private readonly bool _hasLines = true;
    private readonly int _main = main.Hundredths;
    private readonly int _reach = style.Alternates * style.AlternateStepHundredths;
    private readonly int _step = style.AlternateStepHundredths;

    /// <summary>Whether it is the main line.</summary>
    public bool IsMain(Line line) => _hasLines && line.Hundredths == _main;

    /// <summary>Whether it is the main line or an alternate.</summary>
    public bool Contains(Line line)
    {
        var distance = Math.Abs(line.Hundredths - _main);
        return !_hasLines || (distance <= _reach && distance % _step == 0);
    }
}

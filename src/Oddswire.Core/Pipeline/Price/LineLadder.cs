using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>Chooses main lines and knows which lines are offered around them.</summary>
internal static class LineLadder
{
    private const int MaxSteps = 400;

    /// <summary>
    /// The main line: the one before as long as its first selection's fair chance stays near one half, else the line whose chance is
    /// nearest to one half, found by walking from the line before (or from the expected value). Where lines around zero are not offered, the far side must be
    /// clearly nearer: between -1.5 and +1.5 neither may be near one half, and the main line would go to and fro.
    /// </summary>
    public static Line Choose(IOutcomeDistribution solved, in FamilyKey family, LadderStyle style, Line? before, out Split split)
    {
        if (before is { } last && style.Skips(last))
        {
            before = null;
        }

        var line = before ?? Start(solved, family, style);
        split = Evaluate(solved, family, line);
        var excess = Excess(split);
        if (before is not null && Math.Abs(excess) <= style.Stickiness.Value)
        {
            return line;
        }

        // A home handicap wins more often the higher it is, an over the lower.
        var up = family.Type == MarketType.Spread ? excess < 0 : excess > 0;
        for (var step = 0; step < MaxSteps && excess != 0; step++)
        {
            var next = Next(line, style, up);
            var nextSplit = Evaluate(solved, family, next);
            var nextExcess = Excess(nextSplit);
            var isCrossed = nextExcess == 0 || nextExcess > 0 != excess > 0;
            var gain = before == line && Math.Abs(next.Hundredths - line.Hundredths) > style.StepHundredths ? style.Stickiness.Value : 0;
            if (!isCrossed || Math.Abs(nextExcess) < Math.Abs(excess) - gain)
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

    /// <summary>How a market with a ladder can end at a line.</summary>
    public static Split Evaluate(IOutcomeDistribution solved, in FamilyKey family, Line line) => family.Type switch
    {
        MarketType.Spread => solved.Spread(line, family.Scope),
        MarketType.Total => solved.Total(line, family.Scope),
        _ => solved.TeamTotal(family.Number == 1 ? Side.Home : Side.Away, line, family.Scope),
    };

    private static Line Next(Line line, LadderStyle style, bool up)
    {
        do
        {
            line = new Line(line.Hundredths + (up ? style.StepHundredths : -style.StepHundredths));
        }
        while (style.Skips(line));

        return line;
    }

    private static double Excess(Split split) => split.TwoWay.Value - 0.5;

    private static Line Start(IOutcomeDistribution solved, in FamilyKey family, LadderStyle style)
    {
        var (home, away) = solved.Mean(family.Scope);
        var expected = family.Type switch
        {
            MarketType.Spread => away - home,
            MarketType.Total => home + away,
            _ => family.Number == 1 ? home : away,
        };
        var step = style.StepHundredths;
        var line = new Line(((int)Math.Round((expected - style.OffsetHundredths) / (double)step) * step) + style.OffsetHundredths);
        return style.Skips(line) ? Next(line, style, line.Hundredths > 0) : line;
    }
}

/// <summary>The lines of a family that are offered now; <c>default</c> is a family without lines, whose one market always is.</summary>
internal readonly struct OfferedLines
{
    private readonly bool _hasMain;
    private readonly int _main;
    private readonly int _reach;
    private readonly int _step;
    private readonly LadderStyle? _style;

    /// <summary>The main line and its alternates.</summary>
    public OfferedLines(LadderStyle style, Line main)
    {
        (_hasMain, _main, _step, _style) = (true, main.Hundredths, style.AlternateStepHundredths, style);
        _reach = style.Alternates * _step;
    }

    /// <summary>Lines that are always offered.</summary>
    public OfferedLines(Line main) => (_hasMain, _main, _reach, _step) = (true, main.Hundredths, int.MaxValue, 1);

    /// <summary>Whether it is the main line.</summary>
    public bool IsMain(Line line) => _hasMain && line.Hundredths == _main;

    /// <summary>Whether it is the main line or an alternate.</summary>
    public bool Contains(Line line)
    {
        var distance = Math.Abs(line.Hundredths - _main);
        return !_hasMain || (distance <= _reach && distance % _step == 0 && _style?.Skips(line) != true);
    }
}

using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Props;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>
/// Prices the players' markets of a game: up to thirty players, the most used; lines near the median of what each will come to; settled by the box score at the
/// end, or as soon as a count has passed the line; void when the player did not play or when messages are lost that may have had more; rolled back when a
/// correction changes the result. Reuses buffers: one instance a thread.
/// </summary>
internal sealed class PropDesk
{
    /// <summary>The most players on offer in a game.</summary>
    public const int MostPlayers = 30;

    private const int MaxSteps = 400;

    // Hundreds of prices drift with every second that passes: one that is off by less than a quarter of the margin stays.
    private const double PriceTolerance = 0.016;
    private readonly PropModel _model;
    private readonly OddsWriter _writer;
    private readonly OfferWriter _offers;
    private readonly OfferWriter _exactOffers;
    private readonly PlayerStatistic[] _statistics;
    private readonly byte[] _version;

    public PropDesk(League league, PropModel model, MarketPricer pricer, OddsWriter writer)
    {
        (_model, _writer) = (model, writer);
        (_offers, _exactOffers) = (new OfferWriter(pricer, writer, PriceTolerance), new OfferWriter(pricer, writer));
        _statistics = PropStatistics.Of(league).ToArray();
        _version = System.Text.Encoding.UTF8.GetBytes(model.Version);
    }

    /// <summary>What a player's price is made from.</summary>
    public IReadOnlyList<ModelFigure> Explain(PriceState state, GameState game, GameInfo info, IOutcomeDistribution solved, MarketKey market)
    {
        if (state.Props.Box.Find(market.Subject) is not { } line || !PropStatistics.TryParse(market.Statistic, out var statistic))
        {
            return [];
        }

        _model.Look(game, info, solved, state.Props.Box);
        _model.Look(line, state.Props.Box);
        var law = _model.Rest(line, statistic);
        var prior = _model.Book.Of(line);
        return
        [
            new("player's model", _model.Version),
            new("player", $"{line.Name} ({line.Id}), {line.Side}"),
            new($"expected before the game ({statistic.Name()} {Per(statistic)})", FormattableString.Invariant($"{prior[statistic]:0.###}, ")
                + (prior.Games > 0 ? FormattableString.Invariant($"from {prior.Games:0.#} games, older ones counting less") : "the average of his role: none of his games are known")),
            new("so far", $"{line[statistic]}"),
            new("share of the game gone and left", FormattableString.Invariant($"{_model.View.Elapsed:0.000} and {_model.View.Left:0.000}")),
            new("points the joint model expects of his team yet", FormattableString.Invariant($"{_model.View.PointsLeft(line.Side ?? Side.Home):0.00}")),
            .. _model.Factors(statistic).Select(static factor => new ModelFigure($"times, for {factor.Name}", FormattableString.Invariant($"{factor.Value:0.000}"))),
            new("expected still to come", FormattableString.Invariant($"{law.Mean:0.###}")),
            new("chance of more than the line", law.MoreThan(Whole(market.Line.Hundredths) - line[statistic]).ToString()),
        ];
    }

    private static string Per(PlayerStatistic statistic) => statistic switch
    {
        PlayerStatistic.Strikeouts => "per batter faced",
        PlayerStatistic.Hits or PlayerStatistic.TotalBases or PlayerStatistic.HomeRuns => "per plate appearance",
        _ => "per game",
    };

    /// <summary>Begins the updates of an event.</summary>
    public void Begin(GameId game, in PriceCause cause, int epoch) => _writer.Begin(game, cause, epoch, _version);

    /// <summary>Ends them.</summary>
    public void End(StageOutput output) => _writer.End(output);

    /// <summary>Prices what is on offer.</summary>
    public void Price(PriceState state, GameState game, GameInfo info, IOutcomeDistribution solved, StatusReason stop, StageOutput output)
    {
        var props = state.Props;
        if (props.Box.Players.Count == 0)
        {
            return;
        }

        _model.Look(game, info, solved, props.Box);
        stop = stop == StatusReason.None && game.LostMessages > 0 ? StatusReason.FeedGap : stop;
        if (stop == StatusReason.None)
        {
            Choose(props);
        }

        foreach (var subject in props.Subjects)
        {
            _model.Look(subject.Line, props.Box);
            _writer.SetPlayer(subject);
            for (var i = 0; i < _statistics.Length; i++)
            {
                var family = subject.Families[i];
                if (family is null && stop == StatusReason.None && !IsOut(subject.Line, _statistics[i]) && _model.Offers(subject.Line, _statistics[i]))
                {
                    family = subject.Open(i);
                }

                if (family is not null)
                {
                    PriceFamily(state, subject.Line, _statistics[i], family, stop, output);
                }
            }
        }

        props.IsOver = false;
    }

    /// <summary>Settles everything at the end of a game, or voids what has no result when it was called off.</summary>
    public void EndAll(PriceState state, GameState game, StageOutput output)
    {
        var isFinal = game.Phase == GamePhase.Final;
        foreach (var subject in state.Props.Subjects)
        {
            _writer.SetPlayer(subject);
            for (var i = 0; i < _statistics.Length; i++)
            {
                if (subject.Families[i] is not { } family)
                {
                    continue;
                }

                foreach (ref var market in family.Markets)
                {
                    var next = market;
                    var difference = (subject.Line[_statistics[i]] * 100) - market.Line.Hundredths;
                    var hasResult = IsPassed(subject.Line, _statistics[i], market.Line) || (isFinal && game.LostMessages == 0 && subject.Line.HasPlayed);
                    if (hasResult)
                    {
                        Settlement.TwoWay(ref next, difference);
                    }
                    else
                    {
                        Settlement.Void(ref next, MarketType.PlayerProp);
                    }

                    _offers.End(state, family, ref market, next, isFinal ? StatusReason.GameOver : StatusReason.Abandoned, output);
                }
            }
        }

        state.Props.IsOver = true;
    }

    // Whoever is on offer stays; free places go to the most used of the others.
    private void Choose(PropState props)
    {
        while (props.Subjects.Count < MostPlayers)
        {
            PlayerLine? best = null;
            double most = 0;
            foreach (var line in props.Box.Lines)
            {
                if (line.Side is not null && !line.IsGone && !props.IsOffered(line) && _model.Usage(line) is var usage && usage > most)
                {
                    (best, most) = (line, usage);
                }
            }

            if (best is null)
            {
                return;
            }

            props.Offer(best);
        }
    }

    private void PriceFamily(PriceState state, PlayerLine line, PlayerStatistic statistic, MarketFamily family, StatusReason stop, StageOutput output)
    {
        var isOut = IsOut(line, statistic) || family.Offer is null;
        var law = _model.Rest(line, statistic);
        var soFar = line[statistic];
        var offered = stop == StatusReason.None && !isOut ? Lines(family, law, soFar, statistic)
            : family.Main is { } last ? Around(family, last)
            : default;
        foreach (ref var market in family.Markets)
        {
            var isPassed = stop == StatusReason.None && IsPassed(line, statistic, market.Line);
            var isMain = offered.IsMain(market.Line);
            var isOffered = isMain || offered.Contains(market.Line);
            if (!isPassed && ((market.IsEnded && stop != StatusReason.None) || (!isOffered && market.IsPutAway)))
            {
                continue;
            }

            var next = market;
            if (isPassed)
            {
                Settlement.TwoWay(ref next, 1);
                next.IsMain = false;
                _offers.End(state, family, ref market, next, StatusReason.Decided, output);
                continue;
            }

            next.IsMain = isMain;
            Split? split = isOut ? null : SplitAt(law, soFar, market.Line);
            var offers = IsOneEventWithAnother(statistic, market.Line) ? _exactOffers : _offers;
            offers.Reprice(state, family, ref market, next, split, isOffered ? stop : StatusReason.OffTheBoard, output);
        }
    }

    private static OfferedLines Lines(MarketFamily family, RestLaw law, int soFar, PlayerStatistic statistic)
    {
        if (family.Offer!.Ladder is not { } style)
        {
            if (family.Markets.IsEmpty && soFar * 100 < family.Offer.FixedLines[0].Hundredths)
            {
                family.Main = family.Offer.FixedLines[0];
                family.Add(family.Offer.FixedLines[0]);
            }

            return Around(family, family.Offer.FixedLines[0]);
        }

        var main = ChooseMain(family.Main, style, law, soFar, statistic);
        if (main != family.Main)
        {
            family.Main = main;
            for (var i = -style.Alternates; i <= style.Alternates; i++)
            {
                var line = new Line(main.Hundredths + (i * style.AlternateStepHundredths));
                if (line.Hundredths > 0 && (PropOffers.CanFall(statistic) || soFar * 100 < line.Hundredths))
                {
                    family.Add(line);
                }
            }
        }

        return new OfferedLines(style, main);
    }

    private static OfferedLines Around(MarketFamily family, Line main) =>
        family.Offer?.Ladder is { } style ? new OfferedLines(style, main) : new OfferedLines(main);

    /// <summary>The line before while its over stays near one half, else the nearest to it, walking from there (or from what is expected).</summary>
    private static Line ChooseMain(Line? before, LadderStyle style, RestLaw law, int soFar, PlayerStatistic statistic)
    {
        var least = PropOffers.CanFall(statistic) ? style.OffsetHundredths : Math.Max(style.OffsetHundredths, (soFar * 100) + 50);
        var line = before is { } last && last.Hundredths >= least ? last.Hundredths : Start(style, soFar + law.Mean, least);
        var excess = law.Above(Whole(line) - soFar) - 0.5;
        if (before is { } kept && kept.Hundredths == line && Math.Abs(excess) <= style.Stickiness.Value)
        {
            return kept;
        }

        for (var step = 0; step < MaxSteps; step++)
        {
            var next = line + (excess > 0 ? style.StepHundredths : -style.StepHundredths);
            if (next < least)
            {
                break;
            }

            var nextExcess = law.Above(Whole(next) - soFar) - 0.5;
            var isCrossed = nextExcess > 0 != excess > 0;
            if (!isCrossed || Math.Abs(nextExcess) < Math.Abs(excess))
            {
                (line, excess) = (next, nextExcess);
            }

            if (isCrossed)
            {
                break;
            }
        }

        return new Line(line);
    }

    private static int Start(LadderStyle style, double expected, int least)
    {
        var steps = (int)Math.Round(((expected * 100) - style.OffsetHundredths) / style.StepHundredths);
        return Math.Max(least, (steps * style.StepHundredths) + style.OffsetHundredths);
    }

    private static int Whole(int hundredths) => (hundredths >= 0 ? hundredths : hundredths - 99) / 100;

    private static Split SplitAt(RestLaw law, int soFar, Line line)
    {
        var over = law.MoreThan(Whole(line.Hundredths) - soFar);
        return Split.Of(over.Value, 1 - over.Value);
    }

    // A hit and a first total base are one: were each price to stay until it is far off, the two could contradict each other.
    private static bool IsOneEventWithAnother(PlayerStatistic statistic, Line line) =>
        statistic is PlayerStatistic.Hits or PlayerStatistic.TotalBases && line.Hundredths < 100;

    private static bool IsPassed(PlayerLine line, PlayerStatistic statistic, Line market) =>
        !PropOffers.CanFall(statistic) && line[statistic] * 100 > market.Hundredths;

    private static bool IsOut(PlayerLine line, PlayerStatistic statistic) => line.IsGone || (statistic == PlayerStatistic.Strikeouts && line.IsRelieved);
}

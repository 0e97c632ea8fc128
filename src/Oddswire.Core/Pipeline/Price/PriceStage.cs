using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Props;
using Oddswire.Core.Wire;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>
/// Prices: from each normalised event to the updates of those markets whose price, line or status changed. All markets of a game are
/// read from one distribution; every line ever offered lives on until it is settled or voided, and is settled as soon as the course of the game
/// decides it. The same records give the same bytes, however they are batched and wherever the state is saved. Reuses buffers: one instance a thread.
/// </summary>
public sealed class PriceStage : Stage<PriceState>
{
    private readonly League _league;
    private readonly ModelShelf _shelf;
    private readonly OddsWriter _writer;
    private readonly OfferWriter _offers;
    private readonly ShadowPricer _shadow;
    private readonly PropDesk _props;
    private readonly GameState _after = new();
    private readonly List<PlayerChange> _players = [];
    private readonly List<PlayerChange> _withdrawn = [];
    private readonly LeagueBook _book;
    private readonly Course _course = new();
    private readonly StringCache _strings = new();

    /// <summary>Pricing of a league.</summary>
    /// <param name="league">The league whose records come in.</param>
    /// <param name="model">The model of games that are not given another, not shared with other threads; the league's default when null.</param>
    /// <param name="book">How its markets are offered; the league's default when null.</param>
    public PriceStage(League league, IGameModel? model = null, LeagueBook? book = null)
    {
        _league = league;
        _shelf = new ModelShelf(model ?? GameModels.Create(league));
        _book = book ?? LeagueBook.For(league);
        var pricer = new MarketPricer(_book);
        _writer = new OddsWriter(league, Topics.Odds(league));
        _offers = new OfferWriter(pricer, _writer);
        _shadow = new ShadowPricer(league, _book);
        _props = new PropDesk(league, PropModel.Create(league), pricer, new OddsWriter(league, Topics.Odds(league)));
    }

    /// <inheritdoc/>
    public override string Name => "price";

    /// <inheritdoc/>
    public override PriceState Create(GameId game) => new(_book);

    /// <inheritdoc/>
    public override PriceState Load(GameId game, ReadOnlySpan<byte> saved) => PriceState.Load(saved, _strings, _book);

    /// <inheritdoc/>
    public override void Save(PriceState state, ProtoWriter to) => state.Save(to);

    /// <inheritdoc/>
    public override int CompleteParts(PriceState state) => state.Models.FileCount;

    /// <inheritdoc/>
    public override void SavePart(PriceState state, int part, ProtoWriter to) => to.Fields(state.Models.File(part));

    /// <inheritdoc/>
    public override void LoadPart(PriceState state, ReadOnlySpan<byte> saved) => state.Models.LoadFile(saved);

    /// <summary>The model that prices a game now.</summary>
    internal IGameModel ModelOf(PriceState state) => state.Models.Live(_shelf).Model;

    /// <summary>What a player's price was made from; nothing for other markets, and once a game is over.</summary>
    internal IReadOnlyList<ModelFigure> ExplainPlayer(PriceState state, GameState game, GameInfo info, in MarketKey market) =>
        market.Type == MarketType.PlayerProp && game.Phase is GamePhase.Scheduled or GamePhase.Live
            ? _props.Explain(state, game, info, ModelOf(state).Solve(game, info), market)
            : [];

    /// <inheritdoc/>
    public override void Process(PriceState state, in LogRecord record, StageOutput output)
    {
        var cause = PriceCause.Read(record.Value.Span, _strings, _after, _players, _withdrawn);
        if (cause.Sequence > 0 && cause.Sequence <= state.LastEvent)
        {
            // Fenced: however the log came to give it twice, it is priced once.
            output.NoteDuplicate();
            return;
        }

        state.LastEvent = cause.Sequence;
        TakeInfo(state, cause.Info);
        if (cause.Model is { } change)
        {
            state.Models.Take(change);
        }

        var game = GameId.FromTrusted(_strings.Get(cause.Game));
        var live = state.Models.Live(_shelf);
        _writer.Begin(game, cause, state.Epoch, live.Version);
        _props.Begin(game, cause, state.Epoch);
        state.Props.Apply(cause, state.Info);
        var info = state.Info ?? GameModels.InfoWhenUnknown(_league);
        _course.Fill(_league, cause.After, info);
        if (cause.After.Phase is GamePhase.Final or GamePhase.Abandoned)
        {
            EndAll(state, output);
            _props.EndAll(state, _course.State, output);
        }
        else
        {
            Price(state, live.Model, info, output);
        }

        _writer.End(output);
        _props.End(output);
        if (!state.IsOver && state.Models.Shadow(_shelf) is { } shadow)
        {
            _shadow.Price(state, shadow, game, cause, info, output);
        }
    }

    // A later message without a line does not take an earlier line away: lines come from the reference data, not from every feed.
    private static void TakeInfo(PriceState state, GameInfo? info)
    {
        if (info is not null)
        {
            state.Info = info.Line is null && state.Info?.Line is { } line ? info with { Line = line } : info;
        }
    }

    private void Price(PriceState state, IGameModel model, GameInfo info, StageOutput output)
    {
        var game = _course.State;
        var solved = model.Solve(game, info);
        var stop = game.IsFeedStalled ? StatusReason.FeedStalled
            : game.IsCertain ? StatusReason.None
            : StatusReason.FeedGap;
        var isSure = stop == StatusReason.None;
        var isRewritten = false;
        if (isSure)
        {
            OfferPlan.Apply(state, _book, _course, info, solved);
            isRewritten = state.IsOver || !game.Sheet.Continues(state.Sheet);
            (state.Sheet, state.IsOver) = (game.Sheet, false);
        }

        foreach (var family in state.Families)
        {
            if (!family.IsEnded || isRewritten)
            {
                PriceFamily(state, family, solved, stop, output);
            }
        }

        _props.Price(state, game, info, solved, stop, output);
    }

    private void PriceFamily(PriceState state, MarketFamily family, IOutcomeDistribution solved, StatusReason stop, StageOutput output)
    {
        var isSure = stop == StatusReason.None;
        var isReadable = family.Offer is not null && !_course.HasEnded(family.Key.Scope) && solved.Covers(family.Key.Scope);
        var offered = Lines(family, solved, isSure && isReadable, out var main);
        var isEnded = true;
        foreach (ref var market in family.Markets)
        {
            var next = market;
            if (isSure && Settlement.Decide(_course, family.Key, ref next) != Verdict.Open)
            {
                // A line passed while its part of the game goes on is nobody's main line any more.
                next.IsMain &= _course.HasEnded(family.Key.Scope);
                _offers.End(state, family, ref market, next, StatusReason.Decided, output);
                continue;
            }

            if (market.IsEnded && !isSure)
            {
                continue;
            }

            isEnded = false;
            next.IsMain = offered.IsMain(market.Line);
            var isOffered = next.IsMain || offered.Contains(market.Line);
            if (isOffered || !market.IsPutAway)
            {
                var split = next.IsMain && main is not null ? main : isReadable ? OfferPlan.Read(solved, family.Key, market.Line) : null;
                _offers.Reprice(state, family, ref market, next, split, isOffered ? stop : StatusReason.OffTheBoard, output);
            }
        }

        family.IsEnded = isEnded;
    }

    // While the state is in doubt the lines stay where they are: only what is known moves them.
    private OfferedLines Lines(MarketFamily family, IOutcomeDistribution solved, bool mayMove, out Split? main)
    {
        main = null;
        if (family.Offer?.Ladder is not { } style)
        {
            return family.Main is { } fix ? new OfferedLines(fix) : default;
        }

        if (!mayMove)
        {
            return family.Main is { } last ? new OfferedLines(style, last) : default;
        }

        var line = LineLadder.Choose(solved, family.Key, style, family.Main, out var split);
        main = split;
        if (line != family.Main)
        {
            family.Main = line;
            for (var i = -style.Alternates; i <= style.Alternates; i++)
            {
                var offered = new Line(line.Hundredths + (i * style.AlternateStepHundredths));
                if (!style.Skips(offered) && !Settlement.IsPassed(_course, family.Key, offered))
                {
                    family.Add(offered);
                }
            }
        }

        return new OfferedLines(style, line);
    }

    private void EndAll(PriceState state, StageOutput output)
    {
        var isFinal = _course.IsFinal;
        foreach (var family in state.Families)
        {
            foreach (ref var market in family.Markets)
            {
                var next = market;
                var verdict = Settlement.Decide(_course, family.Key, ref next);
                if (verdict == Verdict.Open)
                {
                    Settlement.Void(ref next, family.Key.Type);
                }

                _offers.End(state, family, ref market, next, isFinal ? StatusReason.GameOver : StatusReason.Abandoned, output);
            }

            family.IsEnded = true;
        }

        (state.Sheet, state.IsOver) = (_course.State.Sheet, true);
    }
}

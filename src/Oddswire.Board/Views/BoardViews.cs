using Oddswire.Board.Contracts;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Publish;

namespace Oddswire.Board.Views;

/// <summary>Turns what the board holds into what the API and the pages show.</summary>
public static class BoardViews
{
    /// <summary>A game's header with its main markets.</summary>
    public static GameView Game(BoardSnapshot game) => Fill(game, null, null);

    /// <summary>A game as the stream sends it.</summary>
    public static GameDelta Delta(BoardSnapshot game, IReadOnlyList<MarketView>? markets, IReadOnlyList<EventView>? events) =>
        Fill(game, markets, events);

    /// <summary>Every market of a game, in the order of the board: by scope, type, subject and line.</summary>
    public static GameOddsView Odds(BoardSnapshot game) =>
        new(game.GameId.Value, game.Epoch, game.Sequence, [.. Sorted(game.Quotes).Select(quote => Market(quote.Update))]);

    /// <summary>One market.</summary>
    public static MarketView Market(in OddsUpdate update)
    {
        var selections = new SelectionView[update.SelectionCount];
        for (var i = 0; i < selections.Length; i++)
        {
            selections[i] = Selection(update.SelectionAt(i));
        }

        return new MarketView
        {
            Market = update.Market.ToString(),
            Scope = update.Market.Scope.Name(),
            Type = MarketKey.NameOf(update.Market.Type),
            Line = MarketKey.HasLine(update.Market.Type) ? update.Market.Line.ToString() : null,
            Subject = update.Market.Subject.Length == 0 ? null : update.Market.Subject,
            Statistic = update.Market.Statistic.Length == 0 ? null : update.Market.Statistic,
            Player = update.PlayerName.Length == 0 ? null : update.PlayerName,
            IsMain = update.IsMainLine,
            Status = GameLabels.Snake(update.Status),
            Reason = update.Reason == StatusReason.None ? null : GameLabels.Snake(update.Reason),
            SettlementVersion = update.SettlementVersion,
            UpdateId = update.Id.ToString(),
            Epoch = update.Epoch,
            Sequence = update.Sequence,
            PreviousSequence = update.PreviousSequence,
            Model = update.ModelVersion,
            ReceivedAt = update.ReceivedAt.ToString(),
            Selections = selections,
        };
    }

    /// <summary>One entry of the event list.</summary>
    public static EventView Event(BoardEvent entry, League league, GameInfo? info) => new()
    {
        Sequence = entry.Sequence,
        Key = entry.Key,
        Kind = GameLabels.Snake(entry.Kind),
        Disposition = GameLabels.Snake(entry.Disposition),
        Revision = entry.Revision,
        PeriodLabel = entry.Period == 0 ? "" : GameLabels.Live(league, entry.Period, Batting(entry.Possession, info), info?.RegulationPeriods ?? 0),
        Clock = GameLabels.Clock(league, entry.ClockTenths),
        AwayScore = entry.Score.Away,
        HomeScore = entry.Score.Home,
        OccurredAt = Time(entry.OccurredAt),
        Text = Text(entry),
    };

    /// <summary>The events of a snapshot.</summary>
    public static IReadOnlyList<EventView> Events(BoardSnapshot game, Func<BoardEvent, bool> wanted) =>
        [.. game.Events.Where(wanted).Select(entry => Event(entry, game.GameId.League, game.Info))];

    /// <summary>Markets by scope, type, subject, statistic and line.</summary>
    public static IEnumerable<BoardQuote> Sorted(IEnumerable<BoardQuote> quotes) => quotes
        .OrderBy(quote => quote.Update.Market.Scope)
        .ThenBy(quote => quote.Update.Market.Type)
        .ThenBy(quote => quote.Update.Market.Subject == "home" ? 1 : 0)
        .ThenBy(quote => quote.Update.Market.Subject, StringComparer.Ordinal)
        .ThenBy(quote => quote.Update.Market.Statistic, StringComparer.Ordinal)
        .ThenBy(quote => quote.Update.Market.Line);

    /// <summary>The whole game's market of a type shown first: of those marked as main line the one marked last; else the one nearest to evens.</summary>
    public static BoardQuote? MainOf(IReadOnlyList<BoardQuote> quotes, MarketType type)
    {
        BoardQuote? best = null;
        foreach (var quote in quotes)
        {
            if (quote.Update.Market.Type == type && quote.Update.Market.Scope == MarketScope.FullGame && (best is null || IsBefore(quote.Update, best.Update)))
            {
                best = quote;
            }
        }

        return best;
    }

    private static bool IsBefore(in OddsUpdate candidate, in OddsUpdate best) => (candidate.IsMainLine, best.IsMainLine) switch
    {
        (true, false) => true,
        (false, true) => false,
        (true, true) => candidate.Sequence > best.Sequence,
        _ => Math.Abs(candidate.First.Fair.Millionths - (Probability.One / 2)) < Math.Abs(best.First.Fair.Millionths - (Probability.One / 2)),
    };

    private static GameDelta Fill(BoardSnapshot game, IReadOnlyList<MarketView>? markets, IReadOnlyList<EventView>? events)
    {
        var (state, league) = (game.State, game.GameId.League);
        return new GameDelta
        {
            Id = game.GameId.Value,
            League = league.Code(),
            Phase = GameLabels.Snake(state.Phase),
            Away = Team(game.Info?.Away, "Away"),
            Home = Team(game.Info?.Home, "Home"),
            AwayScore = state.Score.Away,
            HomeScore = state.Score.Home,
            Period = state.Period,
            PeriodLabel = GameLabels.Period(league, state.Phase, state.Period, Batting(state.Possession, game.Info), game.Info?.RegulationPeriods ?? 0),
            Clock = state.Phase == GamePhase.Live ? GameLabels.Clock(league, state.ClockTenths) : null,
            Possession = state is { Phase: GamePhase.Live, Possession: { } side } ? GameLabels.Snake(side) : null,
            Situation = GameLabels.Situation(state),
            Bases = state.Phase == GamePhase.Live ? state.Baseball?.BasesMask : null,
            Outs = state.Phase == GamePhase.Live ? state.Baseball?.Outs : null,
            IsFeedStalled = state.IsFeedStalled,
            MissingMessages = state.MissingMessages,
            ScheduledAt = Time(game.Info?.ScheduledAt ?? default),
            UpdatedAt = Time(game.UpdatedAt),
            EventSequence = game.EventSequence,
            Epoch = game.Epoch,
            Sequence = game.Sequence,
            Holes = [.. game.Holes.Select(hole => new HoleView(hole.Epoch, hole.From, hole.To))],
            Main = new MainMarketsView(View(game, MarketType.Moneyline), View(game, MarketType.Spread), View(game, MarketType.Total)),
            Markets = markets,
            Events = events,
        };
    }

    private static MarketView? View(BoardSnapshot game, MarketType type) =>
        MainOf(game.Quotes, type) is { } quote ? Market(quote.Update) : null;

    private static SelectionView Selection(in Selection selection) => new(
        GameLabels.Snake(selection.Code),
        selection.Price.IsOffered ? selection.Price.ToString() : null,
        selection.Price.IsOffered ? AmericanOdds.RoundNearest(selection.Price).ToString() : null,
        OddsFormats.Fractional(selection.Price),
        (selection.Fair.Millionths / 1_000_000m).ToString("0.000000"),
        selection.Result == SelectionResult.None ? null : GameLabels.Snake(selection.Result));

    /// <summary>The side that tells top from bottom: away bats in the top half, unless the game was moved.</summary>
    private static Side? Batting(Side? possession, GameInfo? info) => (possession, info?.HomeBatsFirst) switch
    {
        (Side.Home, true) => Side.Away,
        (Side.Away, true) => Side.Home,
        _ => possession,
    };

    private static TeamView Team(Team? team, string unknown) => team is null ? new TeamView(unknown, unknown) : new TeamView(team.Code, team.Name);

    private static string? Time(Timestamp time) => time.IsKnown ? time.ToString() : null;

    private static string Text(BoardEvent entry) => entry switch
    {
        { Description.Length: > 0 } => entry.Description,
        { Kind: EventKind.Info } => "Teams and schedule",
        { Kind: EventKind.PeriodStart } => "Period begins",
        { Kind: EventKind.PeriodEnd } => "Period ends",
        { Kind: EventKind.GameEnd } => "Game over",
        { Kind: EventKind.Abandoned } => "Called off",
        { Kind: EventKind.Gap } => "Messages are missing",
        { Kind: EventKind.FeedStalled } => "The feed has gone silent; markets are suspended",
        { Kind: EventKind.FeedResumed } => "The feed speaks again",
        _ => "—",
    };
}

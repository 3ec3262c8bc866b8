using Paypro.Protocol.Countries;

namespace Paypro.Server.Checkout.Links;

/// <summary>What the page of a payment link asks its payer for; with an empty title it asks for nothing.</summary>
internal sealed record LinkView
{
    /// <summary>The merchant's own words.</summary>
    public string Title { get; init; } = "";

    /// <summary>The amount, where the merchant has fixed it; null where the payer types it.</summary>
    public string? Amount { get; init; }

    /// <summary>What may be typed; empty where nothing is said.</summary>
    public string AmountHint { get; init; } = "";
    public string AmountTyped { get; init; } = "";
    public bool AmountWrong { get; init; }

    /// <summary>The ways to choose from; empty where there is nothing to choose here.</summary>
    public IReadOnlyList<WayChoice> Ways { get; init; } = [];
    public string WayTyped { get; init; } = "";
    public IReadOnlyList<LinkField> Fields { get; init; } = [];

    /// <summary>Makes the payment of this page one of its own.</summary>
    public string Use { get; init; } = "";

    /// <summary>Whether the page has a form.</summary>
    public bool Asks => Title.Length > 0;
}

/// <summary>A field for the payer to fill in.</summary>
internal sealed record LinkField(Field Field, string Label, string Typed, bool IsWrong)
{
    public string Id => $"f-{Field.Name}";

    /// <summary>The keyboard that a phone shows.</summary>
    public string Type => Field.Role switch
    {
        FieldRole.Mobile => "tel",
        FieldRole.Email => "email",
        FieldRole.BirthDate => "date",
        _ => "text",
    };

    public string Autocomplete => Field.Role switch
    {
        FieldRole.Mobile => "tel",
        FieldRole.Email => "email",
        FieldRole.Name => "name",
        FieldRole.FirstName => "given-name",
        FieldRole.LastName => "family-name",
        FieldRole.BirthDate => "bday",
        _ => "off",
    };

    public bool IsName => Field.Role is FieldRole.Name or FieldRole.FirstName or FieldRole.LastName;
}

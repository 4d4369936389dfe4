/// Names, companies and places that contacts are made of.
enum PeopleData {
    static let firstNames = [
        "Aaron", "Abigail", "Adrian", "Alice", "Amir", "Andrea", "Angela", "Anthony", "Beatrice", "Benjamin", "Brenda",
        "Caleb", "Camille", "Carlos", "Charlotte", "Chloe", "Daniel", "Deborah", "Derek", "Diego", "Eleanor", "Elijah",
        "Emma", "Erin", "Ethan", "Fatima", "Frank", "Gabriel", "Grace", "Greg", "Hannah", "Harold", "Imani", "Isaac",
        "Jasmine", "Joel", "Julia", "Keisha", "Kevin", "Laura", "Leon", "Lucia", "Marcus", "Megan", "Miles", "Nadia",
        "Nathan", "Olivia", "Owen", "Patricia", "Quentin", "Rachel", "Raymond", "Rosa", "Samuel", "Sofia", "Theo",
        "Tiffany", "Victor", "Wendy", "Xavier", "Yasmin", "Zachary",
    ]

    static let lastNames = [
        "Abbott", "Acosta", "Bailey", "Barnes", "Bennett", "Blake", "Brooks", "Burke", "Castillo", "Chambers",
        "Coleman",
        "Cruz", "Dalton", "Diaz", "Donovan", "Ellis", "Erickson", "Fischer", "Flores", "Foster", "Gallagher", "Garcia",
        "Greene", "Hale", "Hansen", "Hayes", "Ibrahim", "Jenkins", "Kaplan", "Keller", "Kowalski", "Lambert",
        "Lindgren",
        "Lopez", "Maddox", "Marsh", "Mbeki", "Mercer", "Moreno", "Nolan", "Okafor", "Osborne", "Patel", "Pierce",
        "Quinn", "Ramirez", "Reyes", "Rossi", "Sandoval", "Schmidt", "Shah", "Sharp", "Silva", "Stone", "Tanaka",
        "Thornton", "Underwood", "Vance", "Vega", "Walsh", "Whitfield", "Young", "Zimmerman",
    ]

    /// Names that test whoever shows, sorts or searches them.
    static let unusualNames: [(first: String, last: String?)] = [
        ("Zoë 🌿", "Nakamura-O’Brien"), ("Дмитрий", "Соколов"), ("Ольга", "Петренко"), ("李", "伟"), ("田中", "さくら"),
        ("김", "민준"), ("محمد", "الفارسي"), ("ليلى", "حداد"), ("שרה", "כהן"), ("Ελένη", "Παππά"), ("नेहा", "शर्मा"),
        ("Łukasz", "Żółć"), ("Søren", "Ångström"), ("François", "Lefèvre"), ("Nguyễn Thị", "Hương"),
        ("Jürgen", "Größmann"), ("İbrahim", "Çelik"), ("Siobhán", "Ní Dhomhnaill"), ("Renée", "D’Angelo 🦷"),
        ("👷‍♀️ Site office", nil), ("Mum ❤️", nil), ("🇺🇦 Taras", "Шевчук"), ("Ana María", "Núñez de la Vega y Castañeda"),
        // A combining accent, an invisible joiner and a direction override: what cleaning has to cope with.
        ("Jose\u{301}", "Ibarra"), ("Pat\u{200B}rick", "Lee"), ("\u{202E}nivlaC", "Reed"), ("O", "Q"),
    ]

    static let companies = [
        "Maple Court HOA", "Bluebird Bakery", "Olentangy Property Group", "Short North Lofts", "Franklin Dental Supply",
        "Hearth & Vine", "Scioto Realty", "Clintonville Cycles", "German Village Inn", "Kim’s Laundromat",
        "Sunrise Daycare", "Nine Pines Brewing", "Café Lumière", "Harbor Freight Forwarding", "Riverside Yoga",
    ]

    static let roles = [
        "Owner", "Tenant", "Landlord", "Property manager", "Office manager", "Supplier", "General contractor",
        "Facilities", "Inspector",
    ]

    static let phoneLabels = ["mobile", "home", "work", "main", "after hours"]
    static let emailLabels = ["personal", "work", "billing"]

    static let streets = [
        "Neil Ave", "Indianola Ave", "E Whittier St", "Oakland Park Ave", "Grandview Ave", "S 4th St", "Beechwold Blvd",
        "Northwest Blvd",
    ]

    static let equipment = [
        "Tankless heater", "Sump pump", "Water softener", "Gas boiler", "Septic tank", "Grinder pump", "Backflow valve",
    ]

    /// Area codes of Ohio other than the business's own, so that made-up numbers never meet a fixed one.
    static let areaCodes = ["380", "740", "937", "513", "216", "330", "419", "567", "234", "440"]

    /// A number for each of 80,000 places, none twice.
    ///
    /// The first thousand are reserved for fiction; those beyond belong to services that have no subscribers.
    static func phoneNumber(_ place: Int) -> String {
        let fictional = areaCodes.count * 100
        if place < fictional { return "+1\(areaCodes[place / 100])555\(String(10_100 + place % 100).dropFirst())" }
        let rest = place - fictional
        return "+1\(areaCodes[rest / 8_000 % areaCodes.count])555\(2_000 + rest % 8_000)"
    }

    static let customFields = [
        CustomField(key: "service-address", name: "Service address", kind: .address),
        CustomField(key: "maintenance-plan", name: "Maintenance plan", kind: .boolean),
        CustomField(key: "last-visit", name: "Last visit", kind: .date),
        CustomField(key: "equipment", name: "Equipment", kind: .multiSelect),
        CustomField(key: "lifetime-value", name: "Lifetime value", kind: .number),
        CustomField(key: "gate-code", name: "Gate code", kind: .string),
        CustomField(key: "photos", name: "Photos", kind: .url),
    ]
}

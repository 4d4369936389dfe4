import Configuration
import JSON
import OpenAPI
import Testing

struct SettingTests {
    @Test func `every setting has a case here`() {
        #expect(Setting.all.map(\.path) == SettingCase.all.map(\.path))
    }

    @Test func `every variable has a case here`() {
        let tested = SettingCase.all.filter { !$0.texts.isEmpty }.map(\.path)
        #expect(Setting.all.filter { $0.variable != nil }.map(\.path) == tested)
    }

    @Test(arguments: SettingCase.all) func `a setting that nobody set has its default`(setting: SettingCase) throws {
        let policy = try policy("{}")
        #expect(value(of: setting.path, in: policy) == setting.standard)
        #expect(policy.origin(of: setting.path) == .standard)
    }

    @Test(arguments: SettingCase.all) func `the file sets it`(setting: SettingCase) throws {
        let folder = try Folder()
        let file = try folder.write(document(setting.path, setting.right).text())
        let policy = try Policy.load(file: file, environment: [:])
        #expect(value(of: setting.path, in: policy) == setting.right)
        #expect(policy.origins == [setting.path: .file(file)])
    }

    @Test(arguments: SettingCase.all) func `a wrong value is the one fault, with its place`(setting: SettingCase) throws
    {
        for wrong in setting.wrong {
            let found = try faults(document(setting.path, wrong).text())
            #expect(found.count == 1, "\(wrong): \(found)")
            #expect(found.first?.hasPrefix(setting.path) == true, "\(wrong): \(found)")
            #expect(found.first?.contains(" must be ") == true || wrong.objectValue != nil, "\(wrong): \(found)")
        }
    }

    @Test(arguments: SettingCase.all) func `the schema judges as the reader does`(setting: SettingCase) {
        let validator = SchemaValidator(ConfigurationSchema.json)
        #expect(validator.faults(in: document(setting.path, setting.right)) == [])
        for wrong in setting.wrong {
            #expect(validator.faults(in: document(setting.path, wrong)) != [], "\(wrong)")
        }
    }

    @Test(arguments: SettingCase.all) func `its variable sets it, over the file`(setting: SettingCase) throws {
        guard let variable = Setting.all.first(where: { $0.path == setting.path })?.variable else { return }
        for (text, expected) in setting.texts {
            let policy = try policy("{}", environment: [variable: " \(text) "])
            #expect(value(of: setting.path, in: policy) == expected, "\(text)")
            if expected != setting.standard { #expect(policy.origin(of: setting.path) == .variable(variable)) }
        }
        for text in setting.wrongTexts {
            let found = try faults(environment: [variable: text])
            #expect(found.count == 1, "\(text): \(found)")
            #expect(found.first?.hasPrefix("\(variable) must be ") == true, "\(text): \(found)")
        }
    }

    @Test(arguments: SettingCase.all) func `a variable that is blank or a placeholder says nothing`(
        setting: SettingCase
    ) throws {
        guard let variable = Setting.all.first(where: { $0.path == setting.path })?.variable else { return }
        for text in ["", "  ", "${user_config.value}", "${\(variable)}"] {
            let policy = try policy(document(setting.path, setting.right).text(), environment: [variable: text])
            #expect(value(of: setting.path, in: policy) == setting.right)
        }
    }

    @Test func `null is the default of a budget`() throws {
        let policy = try policy(#"{"budgets": {"sendsPerDay": null, "sendsPerHour": 3}}"#)
        #expect(policy.budgets.sendsPerDay == 200)
        #expect(policy.budgets.sendsPerHour == 3)
        #expect(policy.origin(of: "budgets.sendsPerDay") == .standard)
    }

    @Test func `each example is right`() throws {
        let validator = SchemaValidator(ConfigurationSchema.json)
        for setting in Setting.all {
            let document = document(setting.path, setting.example)
            #expect(try faults(document.text()) == [], "\(setting.path)")
            #expect(validator.faults(in: document) == [], "\(setting.path)")
        }
    }

    @Test func `titles and summaries are sentences that differ`() {
        #expect(Set(Setting.all.map(\.summary)).count == Setting.all.count)
        for setting in Setting.all {
            #expect(!setting.title.isEmpty)
            #expect(setting.summary.hasSuffix("."), "\(setting.path)")
        }
    }
}

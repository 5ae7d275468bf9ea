// Several test classes in one program: each test file ends with
//
//   static const RegisterTest<TestCommandTemplate> registrationOfCommandTemplate;
//   #include "tst_commandtemplate.moc"
//
// and testmain.cpp runs all of them, one after the other.
#pragma once

#include <QObject>
#include <QVector>

#include <functional>
#include <memory>

namespace batchwright {

using TestFactory = std::function<std::unique_ptr<QObject>()>;

QVector<TestFactory> &registeredTests();

template<typename Test>
struct RegisterTest {
    RegisterTest()
    {
        registeredTests().append([] { return std::make_unique<Test>(); });
    }
};

} // namespace batchwright

//! Reads the window's configuration, its one capability and the permissions of
//! our own commands.

fn main() {
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=src-tauri/permissions");
    // Where a file of permissions exists for the application itself, every
    // command that it doesn't allow is refused, also from our own window.
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*")
        .app_manifest(
            tauri_build::AppManifest::new()
                .permissions_path_pattern("./src-tauri/permissions/**/*.toml"),
        );
    if let Err(error) = tauri_build::try_build(attributes) {
        // cargo shows this and stops: the one way a build script can fail.
        println!("cargo:warning={error:#}");
        std::process::exit(1);
    }
}
